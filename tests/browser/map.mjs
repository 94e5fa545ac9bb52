// Opens the public map in a real browser and uses it as a reader would.
//
//   node tests/browser/map.mjs http://127.0.0.1:PORT/map/ [--screenshot out.png] [--size 1280x800]
//
// Prints PASS or FAIL and one line a check; ends with 1 where one failed, 77 with the reason where there is no
// Chromium, 2 where it was called wrongly. It checks that the page works, not whether the figures are right.
// With --screenshot it also leaves out-table.png, out-narrow.png and out-print.pdf beside the picture.
import { writeFileSync } from "node:fs";
import { NO_GL, findChromium, launch } from "./chromium.mjs";

const READY_MS = 60_000;
const url = process.argv[2];
const option = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? null : process.argv[at + 1];
};
const shot = option("screenshot");
const [width, height] = (option("size") ?? "1280x800").split("x").map(Number);
if (!url || !URL.canParse(url)) {
  console.error("usage: node tests/browser/map.mjs http://127.0.0.1:PORT/map/ [--screenshot out.png] [--size 1280x800]");
  process.exit(2);
}
const home = new URL(url);
const executable = findChromium();
if (executable === null) {
  console.log("SKIP no Chromium is installed (looked at $CHROMIUM and for chromium and google-chrome on the path)");
  process.exit(77);
}

let failures = 0;
function check(name, passed, detail = "") {
  if (!passed) failures += 1;
  console.log(`${passed ? "PASS" : "FAIL"} ${name}${detail === "" ? "" : `: ${detail}`}`);
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function until(page, expression, ms = READY_MS) {
  for (const end = Date.now() + ms; Date.now() < end; await pause(50)) {
    if (await page.evaluate(expression)) return true;
  }
  return false;
}

async function ready(page) {
  const settled = await until(page, `["ready", "error"].includes(document.documentElement?.dataset.state)`);
  if (!settled) return "not ready in time";
  if ((await page.evaluate("document.documentElement.dataset.state")) === "ready") return "";
  return page.evaluate(`document.getElementById("error").innerText`);
}

/** A real click in the middle of the element. */
async function press(page, selector) {
  const at = await page.evaluate(`(() => {
    const element = document.querySelector(${JSON.stringify(selector)});
    if (!element) return null;
    element.scrollIntoView({ block: "center" });
    const box = element.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  })()`);
  if (at === null) return false;
  await page.click(...at);
  return true;
}

const drawnNow = (page) => page.evaluate("[catchment.features(), catchment.services(), catchment.drawn()]");

async function opens(page) {
  const started = Date.now();
  await page.open(url);
  const why = await ready(page);
  check("the page becomes ready", why === "", why || `${Date.now() - started} ms`);
  const facts = await page.evaluate(`({
    lang: document.documentElement.lang,
    title: document.getElementById("title").innerText,
    notice: document.getElementById("notice").innerText,
    headlines: document.querySelectorAll("#headline-list > div").length,
    hidden: document.getElementById("legend").innerText.toLowerCase().includes("hidden"),
    how: document.getElementById("how-body").innerText.length,
    canvas: document.querySelectorAll("#map canvas").length,
    unlabelled: [...document.querySelectorAll("button, select, input")].filter((e) => !e.closest("[hidden]")
      && !(e.innerText || e.getAttribute("aria-label") || e.labels?.length || e.title)).length,
  })`);
  check("the page is in British English and has a title", facts.lang === "en-GB" && facts.title !== "", facts.title);
  console.log(`NOTE notice: ${facts.notice || "none"} · headline figures: ${facts.headlines}`);
  check("the key explains what is hidden", facts.hidden);
  check("the method is stated", facts.how > 20);
  check("every control has a name", facts.unlabelled === 0, `${facts.unlabelled} without`);
}

/** The layers as the server lists them: id, and why one shows no figures where it shows none. */
const LAYERS = `(async () => (await (await fetch("../collections")).json()).collections.map((one) => [one.id, one["catchment:empty"] ?? ""]))()`;

async function opensOnFigures(page) {
  const layers = await page.evaluate(LAYERS);
  const chosen = await page.evaluate(`document.querySelector("#layers input[name=layer]:checked")?.value`);
  const why = layers.find(([id]) => id === chosen)?.[1];
  check("the page opens on a layer with figures", why === "" || layers.every(([, empty]) => empty !== ""), `${chosen} ${why ?? ""}`);
}

/** The same page where the first layers have nothing to show and one is not published: what a council of few people gets. */
async function withEmptyLayers() {
  const { page, close } = await launch(executable, { host: home.hostname, width, height });
  const reason = "This layer shows no figures. All of them are hidden to protect people.";
  const absent = { id: "not_there", title: "A layer that is not there", reason: "The study has no such thing." };
  try {
    await page.open(url);
    await ready(page);
    const layers = (await page.evaluate(LAYERS)).filter(([id]) => id !== "providers" && !id.startsWith("providers_"));
    const [emptied, kept] = [layers.slice(0, -1).map(([id]) => id), layers.at(-1)?.[0]];
    if (emptied.length === 0) {
      console.log("NOTE the study has too few layers to empty some");
      return;
    }
    await page.send("Page.addScriptToEvaluateOnNewDocument", { source: `(() => {
      const real = window.fetch;
      window.fetch = async (address, options) => {
        const answer = await real(address, options);
        if (!/^\\.\\.\\/(collections)?$/.test(String(address))) return answer;
        const json = await answer.json();
        for (const one of json.collections ?? []) {
          if (${JSON.stringify(emptied)}.includes(one.id)) one["catchment:empty"] = ${JSON.stringify(reason)};
        }
        json.not_listed?.push(${JSON.stringify(absent)});
        return new Response(JSON.stringify(json), { headers: { "Content-Type": "application/json" } });
      };
    })()` });
    const opened = async (hash) => {
      await page.open("about:blank");
      await page.open(url + hash);
      const why = await ready(page);
      return page.evaluate(`[${JSON.stringify(why)}, document.querySelector("#layers input[name=layer]:checked").value, document.getElementById("status").innerText]`);
    };
    const first = await opened("");
    check("the page passes over layers without figures", first[0] === "" && first[1] === kept, first.join(" · "));
    const second = await opened(`#layer=${emptied[0]}`);
    check("a layer without figures says why", second[1] === emptied[0] && second[2].includes(reason), second.join(" · "));
    const third = await opened(`#layer=${absent.id}`);
    check("a layer that is not published says why", third[1] === kept && third[2].includes(absent.reason), third.join(" · "));
    clean(page, "with layers that show nothing");
  } finally {
    await close();
  }
}

async function keyboardStart(page) {
  await page.key("Tab", "Tab", 9);
  const first = await page.evaluate("document.activeElement?.id");
  check("the first stop of the keyboard is the skip link", first === "skip", String(first));
  await page.key("Enter", "Enter", 13);
  await page.send("Input.dispatchKeyEvent", { type: "char", text: "\r" });
}

async function everyLayer(page) {
  const layers = await page.evaluate(`[...document.querySelectorAll("#layers input[name=layer]")].map((e) => e.value)`);
  // On a narrow screen the choice starts folded.
  if (!(await page.evaluate(`document.getElementById("choice").open`))) await press(page, "#choice summary");
  check("layers are listed", layers.length > 0, layers.join(", "));
  for (const layer of layers) {
    const pressed = await press(page, `#layers input[value="${layer}"]`);
    const why = await ready(page);
    const [features, services, all] = await drawnNow(page);
    const named = await page.evaluate(`(() => {
      const input = document.querySelector('#layers input[value="${layer}"]');
      return input.checked && input.labels[0].innerText === document.getElementById("layer-title").innerText;
    })()`);
    const drawn = why === "" && features > 0 && all === features + services;
    check(`layer ${layer} is drawn`, pressed && named && drawn, why || `${features} features, ${services} services`);
  }
  // On from a layer of areas: with services as the layer itself there is nothing to put on top.
  await press(page, `#layers input[value="${layers.find((layer) => layer !== "providers") ?? layers[0]}"]`);
  await ready(page);
}

async function servicesBox(page) {
  if (!(await page.evaluate(`!!document.querySelector("fieldset:not([hidden]) > label > input[name=services]")`))) {
    console.log("NOTE the study lists no services");
    return;
  }
  const before = (await drawnNow(page))[1];
  await press(page, "#layers input[name=services]");
  await ready(page);
  const after = (await drawnNow(page))[1];
  await press(page, "#layers input[name=services]");
  await ready(page);
  check("the box puts services on the map and takes them off", Math.max(before, after) > 0 && Math.min(before, after) === 0, `${before} then ${after}`);
}

async function clicking(page) {
  const box = await page.evaluate(`(() => {
    const map = document.getElementById("map");
    map.scrollIntoView({ block: "center" });
    const b = map.getBoundingClientRect();
    return [b.x, b.y, b.width, b.height];
  })()`);
  let found = false;
  for (const [fx, fy] of [[0.5, 0.5], [0.45, 0.6], [0.6, 0.4], [0.35, 0.35], [0.65, 0.65], [0.4, 0.75], [0.5, 0.3]]) {
    await page.click(box[0] + box[2] * fx, box[1] + box[3] * fy);
    found = await until(page, `!!document.querySelector("#details-body dl") && !!document.querySelector(".maplibregl-popup dl")`, 1500);
    if (found) break;
  }
  const text = await page.evaluate(`document.getElementById("details-body").innerText.replaceAll("\\n", " ").slice(0, 100)`);
  check("a click on the map shows figures in the popup and the panel", found, text);
  if (shot) writeFileSync(shot, await page.screenshot());
  await press(page, ".maplibregl-popup-close-button");
  check("the popup closes", await until(page, `!document.querySelector(".maplibregl-popup")`, 2000));
  const picked = await page.evaluate(`(() => {
    const select = document.getElementById("find-select");
    if (select.closest("[hidden]")) return null;
    select.selectedIndex = select.options.length - 1;
    select.dispatchEvent(new Event("change"));
    return select.selectedOptions[0].text.startsWith(document.querySelector("#details-body h3")?.innerText);
  })()`);
  if (picked !== null) check("the list selects without a mouse", picked);
}

/** The first layer with a feature of which only some figures are hidden: what it hides, what it only lacks, and its row. */
const FIND_PARTLY_HIDDEN = `(async () => {
  const get = async (address) => (await fetch(address)).json();
  const missing = (value) => value === null || value === undefined || value === "";
  for (const layer of (await get("../collections")).collections) {
    const { features } = await get("../collections/" + encodeURIComponent(layer.id) + "/items?limit=100");
    const row = features.findIndex(({ properties }) => properties.suppressed === false && properties.suppressed_fields);
    if (row < 0) continue;
    const { properties } = features[row];
    const hidden = properties.suppressed_fields.split(";");
    const fields = layer["catchment:fields"];
    const titles = (wanted) => fields.filter((field) => missing(properties[field.name]) && wanted(field.name)).map((field) => field.title);
    return {
      layer: layer.id, row, names: hidden, label: layer["catchment:legend"].hidden.label,
      hidden: titles((name) => hidden.includes(name)), lacking: titles((name) => !hidden.includes(name)),
      rows: features.map(({ properties: one }) => Object.fromEntries(fields.map(({ name }) => [name,
        !missing(one[name]) ? "value" : (one.suppressed_fields ?? "").split(";").includes(name) ? "hidden" : "nodata"]))),
    };
  }
  return null;
})()`;

/** A figure that the server names as hidden must say so wherever it stands, and never look like one nobody knows. */
async function hiddenFigures(page) {
  const found = await page.evaluate(FIND_PARTLY_HIDDEN);
  if (found === null) {
    console.log("NOTE no layer has a feature of which only some figures are hidden");
    return;
  }
  const before = await page.evaluate(`document.querySelector("#layers input[name=layer]:checked").value`);
  await press(page, `#layers input[value="${found.layer}"]`);
  await ready(page);
  const facts = await page.evaluate(`(() => {
    const select = document.getElementById("find-select");
    select.value = "${found.row + 1}";
    select.dispatchEvent(new Event("change"));
    const read = (place) => [...document.querySelectorAll(place + " dl > div")].map((row) => [...row.children].map((cell) => cell.textContent));
    return { panel: read("#details-body"), popup: read(".maplibregl-popup") };
  })()`);
  for (const [place, rows] of Object.entries(facts)) {
    const said = new Map(rows);
    const right = found.hidden.every((title) => said.get(title) === found.label) && found.lacking.every((title) => said.get(title) === "No data");
    const why = said.get("Why figures are hidden") ?? "";
    check(`the ${place} says which figures are hidden`, found.hidden.length > 0 && right, `${found.layer}, ${found.hidden.join(", ")}`);
    check(`the ${place} says why in words`, why !== "" && !found.names.some((name) => name.includes("_") && why.includes(name)), why);
  }
  await press(page, ".maplibregl-popup-close-button");
  await press(page, "#views input[value=table]");
  await ready(page);
  const wrong = await page.evaluate(`(() => {
    const columns = [...document.querySelectorAll("#table-view thead th")].map((cell) => cell.dataset.column);
    const rows = [...document.querySelectorAll("#table-view tbody tr")];
    return ${JSON.stringify(found.rows)}.flatMap((kinds, row) => columns.flatMap((column, index) => {
      const cell = rows[row]?.cells[index];
      return !kinds[column] || cell?.classList.contains(kinds[column]) ? [] : [row + " " + column + ": " + cell?.textContent];
    }));
  })()`);
  check("the table tells hidden figures from missing ones", wrong.length === 0, wrong.slice(0, 5).join(", ") || `${found.rows.length} rows`);
  await press(page, "#views input[value=map]");
  await press(page, `#layers input[value="${before}"]`);
  await ready(page);
}

async function table(page) {
  await press(page, "#views input[value=table]");
  const why = await ready(page);
  const rows = await page.evaluate(`document.querySelectorAll("#table-view tbody tr").length`);
  check("the table has rows", why === "" && rows > 0, why || `${rows} rows`);
  await press(page, "#table-view thead button");
  const sorted = await page.evaluate(`document.querySelector("#table-view thead th").getAttribute("aria-sort")`);
  check("the table sorts", sorted === "ascending", String(sorted));
  const address = await page.evaluate("location.hash");
  check("the address remembers the view", address.includes("view=table"), address);
  if (shot) writeFileSync(shot.replace(/(\.png)?$/, "-table.png"), await page.screenshot());
  await page.evaluate("history.back()");
  await until(page, `!document.getElementById("map-view").hidden`, 5000);
  const back = await ready(page);
  const [features] = await drawnNow(page);
  check("the Back button returns to the map", back === "" && features > 0, back || `${features} features`);
}

async function narrow(page) {
  await page.size(320, 640);
  for (const view of ["table", "map"]) {
    await press(page, `#views input[value=${view}]`);
    await ready(page);
    await pause(500);
    const spill = await page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth");
    check(`the ${view} needs no sideways scrolling of the page at 320 pixels`, spill <= 0, `${spill} pixels over`);
  }
  await page.size(360, 740, 2);
  await pause(500);
  await ready(page);
  if (shot) {
    await page.evaluate("scrollTo(0, 0)");
    writeFileSync(shot.replace(/(\.png)?$/, "-narrow.png"), await page.screenshot());
    writeFileSync(shot.replace(/(\.png)?$/, "-print.pdf"), await page.pdf());
  }
}

function clean(page, what) {
  const elsewhere = page.requests.filter((address) => {
    const target = new URL(address);
    return !["data:", "blob:", "about:"].includes(target.protocol) && target.origin !== home.origin;
  });
  check(`no request goes to another host (${what})`, elsewhere.length === 0, elsewhere.join(" ") || `${page.requests.length} requests`);
  check(`no errors in the console (${what})`, page.errors.length === 0, page.errors.join(" | "));
}

async function withoutWebGl() {
  const { page, close } = await launch(executable, { flags: NO_GL, host: home.hostname, width, height });
  try {
    await page.open(url);
    const why = await ready(page);
    const rows = await page.evaluate(`document.querySelectorAll("#table-view tbody tr").length`);
    const said = await page.evaluate(`document.getElementById("no-map").innerText`);
    check("without WebGL the table works and the page says why", why === "" && rows > 0 && said.includes("WebGL"), why || `${rows} rows`);
    clean(page, "without WebGL");
  } finally {
    await close();
  }
}

async function main() {
  const { page, close } = await launch(executable, { host: home.hostname, width, height });
  try {
    await page.size(width, height);
    for (const step of [opens, opensOnFigures, keyboardStart, everyLayer, servicesBox, clicking, hiddenFigures, table, narrow]) {
      try {
        await step(page);
      } catch (error) {
        check(step.name, false, error.message);
      }
    }
    clean(page, "with the map");
  } finally {
    await close();
  }
  await withoutWebGl();
  await withEmptyLayers();
}

try {
  await main();
} catch (error) {
  check("the test runs to its end", false, error.message);
}
console.log(failures === 0 ? "all checks passed" : `${failures} checks failed`);
process.exit(failures === 0 ? 0 : 1);
