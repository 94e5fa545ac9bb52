// A stand-in for the real server, for work on the page and for the browser test.
//
//   npm run build && npm run mock                   http://127.0.0.1:8089/map/
//   node dev/mock.mjs --port 9000 --fail coverage   that layer's items answer 500
//   node dev/mock.mjs --slow 800                    every answer waits so many milliseconds
//
// It serves dist/ under /map/ with the real server's content policy, and a few collections of an invented council
// whose figures mean nothing. Pages hold 100 features, so that the page has to follow next links. It checks nothing
// and implements only what the page asks for: it is not a reference for the HTTP interface.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const PAGE = 100;
const option = (name, other) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? other : process.argv[at + 1];
};
const port = Number(option("port", "8089"));
const slow = Number(option("slow", "0"));
const failing = option("fail", null);

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
  "connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8" };

// A small repeatable source of numbers, so that every start shows the same council.
let seed = 20230306;
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

// The council: a grid of 16 x 12 small areas with shaken corners, 4 x 3 of them to a ward.
const [COLUMNS, ROWS, EAST, NORTH, WIDE, HIGH] = [16, 12, -3.2, 50.35, 0.42, 0.2];
const corner = Array.from({ length: ROWS + 1 }, (_, r) =>
  Array.from({ length: COLUMNS + 1 }, (_, c) => {
    const bay = r === 0 ? 0.6 * Math.sin((c / COLUMNS) * Math.PI) : 0;
    return [
      EAST + (WIDE * (c + (random() - 0.5) * 0.55)) / COLUMNS,
      NORTH + (HIGH * (r + bay + (random() - 0.5) * 0.55)) / ROWS,
    ].map((v) => Number(v.toFixed(5)));
  }),
);
const NAMES = [
  "Harbour", "Quayside", "Saltmarsh", "Wexmouth Old Town and Bridge", "Castle", "Priory", "Millstream", "Long Barrow",
  "Heath End", "St Brannock’s", "Upper Vale", "Lower Vale", "Beacon Hill", "Foxcombe", "Northdown", "Eastleaze",
];
const [TALL, BROAD] = [3, 4];
const block = (c0, r0, cols, rows) => {
  const ring = [];
  for (let c = c0; c < c0 + cols; c += 1) ring.push(corner[r0][c]);
  for (let r = r0; r < r0 + rows; r += 1) ring.push(corner[r][c0 + cols]);
  for (let c = c0 + cols; c > c0; c -= 1) ring.push(corner[r0 + rows][c]);
  for (let r = r0 + rows; r > r0; r -= 1) ring.push(corner[r][c0]);
  return { type: "MultiPolygon", coordinates: [[[...ring, ring[0]]]] };
};
const wards = NAMES.map((name, i) => ({
  id: `W${String(i + 1).padStart(2, "0")}`,
  name,
  geometry: block((i % 4) * BROAD, Math.floor(i / 4) * TALL, BROAD, TALL),
}));
const smallAreas = [];
for (let r = 0; r < ROWS; r += 1) {
  for (let c = 0; c < COLUMNS; c += 1) {
    const ward = NAMES[Math.floor(r / TALL) * 4 + Math.floor(c / BROAD)];
    const number = (r % TALL) * BROAD + (c % BROAD) + 1;
    smallAreas.push({ id: `S${r}-${c}`, name: `${ward} ${number}`, geometry: block(c, r, 1, 1) });
  }
}
const line = (kind, coordinates) => ({ type: "Feature", properties: { class: kind }, geometry: { type: "LineString", coordinates } });
const base = {
  type: "FeatureCollection",
  features: [
    ...wards.map(({ name, geometry }) => ({
      type: "Feature",
      properties: { class: "area", name },
      geometry: { type: "Polygon", coordinates: geometry.coordinates[0] },
    })),
    ...corner.map((row, r) => line(r === 6 ? "trunk" : r % 3 === 0 ? "secondary" : "minor", row.map(([x, y]) => [x + 0.004, y + 0.003]))),
    ...corner[0].map((_, c) => line(c === 8 ? "primary" : c % 4 === 0 ? "tertiary" : "minor", corner.map((row) => [row[c][0] + 0.005, row[c][1] + 0.002]))),
  ],
};

const HIDDEN = { label: "Hidden to protect people", colour: "#b1b4b6" };
const BLUES = ["#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c"];
const NOTICE = "Everything in this study is invented: the council, its places, its people and their journeys.";
const field = (name, title, unit = null, description = null) => ({ name, title, unit, description });
const common = { reference_date: "2023-03-06", method: "Shortest way by road, one way, from home to the place attended; each person and place counted once." };
const REASON = "hidden to protect people: fewer than 8 people, or needed to protect such a figure";
const nothingHidden = { suppressed: false, suppressed_reason: null, suppressed_fields: null };
const hideSome = (properties, names) => ({
  ...properties,
  ...Object.fromEntries(names.map((name) => [name, null])),
  suppressed_reason: REASON,
  suppressed_fields: names.join(";"),
});
const hide = (properties, names) => ({ ...hideSome(properties, [...names, "n"]), suppressed: true });
const journeyFields = [
  field("name", "Area"), field("code", "Code"),
  field("mean_km", "Mean distance by road", "km", "The mean over the people counted, one way."),
  field("median_km", "Median distance by road", "km", "Half of the journeys are shorter than this."),
  field("n", "People and places counted", null, "Distinct pairs of a person and a place they attend."),
];
const journeyLegend = {
  field: "mean_km", title: "Mean distance (km)", kind: "graduated", hidden: HIDDEN,
  classes: [[0, 2.5], [2.5, 4], [4, 6], [6, 9], [9, null]].map(([min, max], i) => ({
    min, max, colour: BLUES[i], label: max === null ? "9 km and over" : i === 0 ? "under 2.5 km" : `${min} to ${max} km`,
  })),
};
const journey = (rate) => ({ id, name, geometry }) => {
  const mean = Math.round((1 + random() * 10) * 20) / 20;
  const properties = { name, code: id, mean_km: mean, median_km: Math.round(mean * 17) / 20, n: 10 + 5 * Math.floor(random() * 20), ...nothingHidden, ...common };
  return { id, geometry, properties: random() < rate ? hide(properties, ["mean_km", "median_km"]) : properties };
};
const states = [["well", "Well covered", "#1a7f5a"], ["thin", "Thinly covered", "#f2c14e"], ["gap", "Gap", "#c2410c"], ["no_evidence", "No evidence either way", "#8fa3bf"]];
const stateLegend = (title) => ({ field: "state", title, kind: "categorised", hidden: HIDDEN, classes: states.map(([value, label, colour]) => ({ value, label, colour })) });
const coverage = ({ id, name, geometry }, index) => {
  const roll = random();
  const properties = { name, state: states[Math.floor(roll * 4)][0], people: 100 + 10 * Math.floor(random() * 90), share: Math.round(random() * 1000) / 10, n: 40, ...nothingHidden, ...common };
  if (roll > 0.95) return { id, geometry, properties: { ...properties, state: null, share: null } };
  if (random() < 0.12) return { id, geometry, properties: hide(properties, ["state", "share"]) };
  // A lesser figure is hidden here and there although the area itself is not.
  return { id, geometry, properties: index % 6 === 1 ? hideSome(properties, ["people"]) : properties };
};
const point = () => {
  const [x, y] = corner[2 + Math.floor(random() * 9)][2 + Math.floor(random() * 13)];
  return { type: "Point", coordinates: [x + 0.003 * random(), y + 0.003 * random()] };
};
const sites = Array.from({ length: 22 }, (_, i) => ({ id: `P${i + 1}`, name: `${NAMES[i % 16]} ${i % 3 ? "Centre" : "Workshop"}`, geometry: point() }));
const providerFields = [
  field("service_name", "Service"), field("site_name", "Place"), field("category", "Category"), field("hourly_rate", "Hourly rate", "£ an hour", "What the council pays for an hour."),
  field("serves", "Who it is for"), field("step_free", "Step-free"), field("places", "Places", "places"), field("last_checked", "Last checked"),
];
const CATEGORIES = [["Low cost", "#7fbf7b"], ["Community", "#fdb863"], ["Day service", "#5e3c99"]];
const provider = (i) => {
  const site = sites[i % sites.length];
  return {
    id: `service-${i + 1}`, geometry: site.geometry,
    properties: {
      service_name: ["Gardening and craft", "Memory café", "Music and movement", "Skills for work"][i % 4], site_name: site.name, category: CATEGORIES[i % 3][0],
      hourly_rate: [1.99, 9.51, 20.21][i % 3], serves: i % 4 === 1 ? "Dementia, Older people" : "Everyone", step_free: i % 5 ? true : null, places: 10 + (i % 7) * 5, last_checked: "2023-02-14", ...nothingHidden,
    },
  };
};

const collections = [];
const items = new Map();
const passports = new Map();
function add(id, title, geometry, legend, fields, features, extra = {}) {
  items.set(id, features.map(({ id: fid, geometry: shape, properties }) => ({ type: "Feature", id: fid, geometry: shape, properties })));
  passports.set(id, { id, title, method: common.method, reference_date: common.reference_date, inputs: [], ...extra.passport });
  collections.push({
    id, title, description: extra.description ?? null, links: [], "catchment:geometry": geometry, "catchment:legend": legend,
    "catchment:fields": fields, "catchment:notice": NOTICE, "catchment:method": common.method, attribution: "Roads and areas: invented",
  });
}
add("providers", "Services and places", "Point", { field: "category", title: "Category", kind: "categorised", hidden: HIDDEN, classes: CATEGORIES.map(([value, colour]) => ({ value, label: value, colour })) },
  providerFields, Array.from({ length: 36 }, (_, i) => provider(i)), { description: "Every open service that is held in a building." });
add("average_journeys", "Average journeys by ward", "MultiPolygon", journeyLegend, journeyFields, wards.map(journey(0.14)), {
  description: "How far people who live in each ward travel to the places they attend, by road.",
  passport: { headlines: [
    { label: "All services", value: "5.21 km", n: 1240 }, { label: "Trading company", value: "3.65 km", n: 310 },
    { label: "Independent", value: "5.73 km", n: 930 }, { label: "Dementia", value: null, n: null },
  ] },
});
add("average_journeys_small_area", "Average journeys by small area", "MultiPolygon", journeyLegend, journeyFields, smallAreas.map(journey(0.35)));
add("average_journeys_site", "Average journeys by place attended", "Point", journeyLegend, journeyFields, sites.map(journey(0.25)));
const coverageFields = [field("name", "Area"), field("state", "State"), field("people", "People aged 65 and over", "people"), field("share", "Within 30 minutes of a service", "%")];
add("coverage", "Coverage by ward", "MultiPolygon", stateLegend("Coverage"), coverageFields, wards.map(coverage));
add("gaps", "Gaps in provision", "MultiPolygon", stateLegend("Gap or not"), coverageFields, smallAreas.map(coverage));

const landing = {
  title: "Wexmouth, an invented council", description: "Day opportunities: where they are, who can reach them and where the gaps lie.", links: [], notice: NOTICE,
  not_listed: [
    { id: "coverage_small_area", title: "Coverage by small area", reason: "It needs attendances from more of the providers: 41% have sent theirs, and 60% is the least." },
    { id: "deprivation_wards", title: "Deprivation by ward", reason: "The study has no table of deprivation." },
  ],
};

function answer(path, query) {
  if (path === "/") return landing;
  if (path === "/map/base.geojson") return base;
  if (path === "/collections") return { collections, links: [] };
  const [, id, rest] = /^\/collections\/([\w-]+)(?:\/(items|passport))?$/.exec(path) ?? [];
  if (!items.has(id)) return null;
  if (rest === "passport") return passports.get(id);
  if (rest === undefined) return collections.find((entry) => entry.id === id);
  if (id === failing) throw new Error("told to fail");
  const offset = Number(query.get("offset") ?? 0);
  const all = items.get(id);
  const features = all.slice(offset, offset + Math.min(PAGE, Number(query.get("limit") ?? 10)));
  const end = offset + features.length;
  const links = end < all.length ? [{ rel: "next", href: `http://${id}.invalid/collections/${id}/items?limit=10000&offset=${end}` }] : [];
  return { type: "FeatureCollection", features, links, numberMatched: all.length, numberReturned: features.length };
}

createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  const send = (status, type, body) => response.writeHead(status, { "Content-Type": type, "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store" }).end(body);
  if (slow > 0) await new Promise((done) => setTimeout(done, slow));
  try {
    const json = answer(url.pathname, url.searchParams);
    if (json !== null) return send(200, "application/json", JSON.stringify(json));
    if (!url.pathname.startsWith("/map/")) return send(404, "application/problem+json", '{"title":"not found"}');
    const file = normalize(join(DIST, url.pathname === "/map/" ? "index.html" : url.pathname.slice("/map/".length)));
    if (!file.startsWith(DIST)) return send(404, "text/plain", "not found");
    return send(200, TYPES[extname(file)] ?? "application/octet-stream", await readFile(file));
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "EISDIR") return send(404, "text/plain", "not found");
    return send(500, "application/problem+json", JSON.stringify({ title: "error", detail: error.message }));
  }
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/map/`));
