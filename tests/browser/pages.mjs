// Opens the pages for people in a real browser with scripts switched off, and walks from the first to a single feature.
//
//   node tests/browser/pages.mjs http://127.0.0.1:PORT/ [--screenshot out.png]
//
// Prints PASS or FAIL and one line a check; ends with 1 where one failed, 77 with the reason where there is no
// Chromium, 2 where it was called wrongly. It checks that pages can be read, not whether the figures are right.
// With --screenshot it also leaves out-NAME.png and out-print.pdf beside the picture.
import { writeFileSync } from "node:fs";
import { NO_GL, findChromium, launch } from "./chromium.mjs";

const READY_MS = 30_000;
const url = process.argv[2];
const at = process.argv.indexOf("--screenshot");
const shot = at < 0 ? null : process.argv[at + 1];
if (!url || !URL.canParse(url)) {
  console.error("usage: node tests/browser/pages.mjs http://127.0.0.1:PORT/ [--screenshot out.png]");
  process.exit(2);
}
const home = new URL(url);
const executable = findChromium();
if (executable === null) {
  console.log("SKIP no Chromium is installed (looked at $CHROMIUM and for chromium and google-chrome on the path)");
  process.exit(77);
}

/** Each page, and where its link stands on the page before. */
const WAY = [
  ["landing", null],
  ["layer", ".entry h3 a"],
  ["passport", `main .row a[href$="/passport"]`],
  ["table", `main .row a[href$="/items"]`],
  ["feature", "tbody th a"],
  ["error", null],
];

let failures = 0;
function check(name, passed, detail = "") {
  if (!passed) failures += 1;
  console.log(`${passed ? "PASS" : "FAIL"} ${name}${detail === "" ? "" : `: ${detail}`}`);
}

async function opened(page, address) {
  await page.open(address);
  for (const end = Date.now() + READY_MS; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
    if (await page.evaluate(`location.href === ${JSON.stringify(address)} && document.readyState === "complete"`)) return true;
  }
  return false;
}

/** What a reader needs of any page, at 320 pixels and then with letters twice as large. */
async function readable(page, name) {
  const facts = await page.evaluate(`(() => {
    const spill = () => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth;
    const narrow = spill();
    document.documentElement.style.fontSize = "200%";
    const large = spill();
    document.documentElement.style.fontSize = "";
    return {
      narrow, large,
      lang: document.documentElement.lang,
      heading: document.querySelector("h1")?.innerText ?? "",
      styled: getComputedStyle(document.body).marginTop === "0px",
      scripts: document.scripts.length,
    };
  })()`);
  check(`the ${name} page has a heading and is in British English`, facts.heading !== "" && facts.lang === "en-GB", facts.heading);
  check(`the ${name} page has its style and no script`, facts.styled && facts.scripts === 0);
  check(`the ${name} page needs no sideways scrolling at 320 pixels`, facts.narrow <= 0, `${facts.narrow} pixels over`);
  check(`nor with letters twice as large (${name})`, facts.large <= 0, `${facts.large} pixels over`);
}

async function keyboard(page) {
  await page.key("Tab", "Tab", 9);
  const first = await page.evaluate(`[document.activeElement?.className, document.activeElement?.getBoundingClientRect().x >= 0]`);
  check("the first stop of the keyboard is the skip link, and it is seen", first[0] === "skip" && first[1], String(first));
}

async function walk(page) {
  let layer = "";
  let address = home.href;
  for (const [name, selector] of WAY) {
    if (name === "table") await opened(page, layer);
    if (selector) address = await page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.href ?? ""`);
    if (name === "error") address = new URL("nothing-here", home).href;
    const there = address !== "" && (await opened(page, address));
    check(`the ${name} page opens`, there, address);
    if (!there) return;
    if (name === "layer") layer = address;
    await readable(page, name);
    if (name === "landing") await keyboard(page);
    if (shot) writeFileSync(shot.replace(/(\.png)?$/, `-${name}.png`), await page.screenshot(true));
    if (shot && name === "table") writeFileSync(shot.replace(/(\.png)?$/, "-print.pdf"), await page.pdf());
  }
}

async function main() {
  const { page, close } = await launch(executable, { flags: NO_GL, host: home.hostname, width: 320, height: 640 });
  try {
    await page.send("Emulation.setScriptExecutionDisabled", { value: true });
    await page.size(320, 640);
    await walk(page);
    const elsewhere = page.requests.filter((one) => /^https?:/.test(one) && new URL(one).origin !== home.origin);
    check("no request goes to another host", elsewhere.length === 0, elsewhere.join(" ") || `${page.requests.length} requests`);
    // The page that is not there is said to be so.
    const errors = page.errors.filter((one) => !one.includes("nothing-here"));
    check("no errors in the console", errors.length === 0, errors.join(" | "));
  } finally {
    await close();
  }
}

try {
  await main();
} catch (error) {
  check("the test runs to its end", false, error.message);
}
console.log(failures === 0 ? "all checks passed" : `${failures} checks failed`);
process.exit(failures === 0 ? 0 : 1);
