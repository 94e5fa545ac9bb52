/**
 * Ties the page together: loads what the address asks for, and brings map, table and panel in line with it.
 *
 * All of the page's state is here, in a few variables; the other modules draw or compute and keep none. For tests,
 * `<html data-state>` says loading, ready or error, and `window.catchment` counts what the map has really drawn.
 */

import "./styles.css";
import { renderHeadlines, renderLanding, renderLayerHead, renderMethod } from "./about";
import { fetchBase, fetchFeatures, fetchHeadlines, fetchLanding, fetchLayers } from "./api";
import { byId, setText } from "./dom";
import { summary } from "./format";
import { labelPoint } from "./geometry";
import type { Hit, MapView } from "./map";
import { firstLayer, whyAbsent } from "./model";
import type { Feature, Landing, Layer } from "./model";
import { renderChoice, renderDetails, renderFind, renderLegend, selectionContent, syncChoice } from "./panel";
import type { Selection } from "./panel";
import { formatHash, parseHash } from "./state";
import type { State, View } from "./state";
import { busy, fail, ready } from "./status";
import { renderTable } from "./table";

declare global {
  interface Window {
    /** For the browser test: features drawn in the map, all together and apart. */
    catchment: { drawn(): number; features(): number; services(): number };
  }
}

const SERVICES = "providers";
const HEADLINES = "average_journeys";
const NO_MAP = "This browser cannot draw the map (it needs WebGL 2, which is missing or switched off). Everything is in the table instead.";

let landing: Landing | null = null;
let layers: Layer[] = [];
let state: State = parseHash(location.hash);
let map: Promise<MapView> | null = null;
let drawnMap: MapView | null = null;
let mapWorks = hasWebGl();
let mapShows: string | null = null;
let tableShows: string | null = null;
let selection: Selection | null = null;
let missingServices = "";
let turn = 0;
const loaded = new Map<string, Promise<Feature[]>>();

window.catchment = {
  drawn: () => window.catchment.features() + window.catchment.services(),
  features: () => (view() === "map" ? (drawnMap?.drawnFeatures() ?? 0) : 0),
  services: () => (view() === "map" ? (drawnMap?.drawnServices() ?? 0) : 0),
};

/** The view that is possible here: the address may ask for a map that the browser can't draw. */
function view(): View {
  return mapWorks ? state.view : "table";
}

function servicesLayer(): Layer | null {
  return layers.find((layer) => layer.id === SERVICES) ?? null;
}

function currentLayer(): Layer | null {
  return layers.find((layer) => layer.id === state.layer) ?? firstLayer(layers, SERVICES);
}

async function begin(): Promise<void> {
  busy("Loading the study …");
  try {
    [landing, layers] = await Promise.all([fetchLanding(), fetchLayers()]);
  } catch (error) {
    fail("The study could not be loaded.", error, () => void begin());
    return;
  }
  renderLanding(landing);
  renderChoice(layers, servicesLayer(), {
    onLayer: (layer) => go({ layer }),
    onServices: (services) => go({ services }),
  });
  if (layers.some((layer) => layer.id === HEADLINES)) {
    // Extra to the map: where it fails, the same figures are still in the layers.
    fetchHeadlines(HEADLINES).then((found) => renderHeadlines(found, HEADLINES), () => undefined);
  }
  await update();
}

/** Changes the state, the address with it, and then the page. */
function go(change: Partial<State>): void {
  const next = { ...state, ...change };
  if (formatHash(next) !== formatHash(state)) {
    history.pushState(null, "", formatHash(next) || location.pathname + location.search);
  }
  state = next;
  void update();
}

/** Brings the page in line with the state. Whatever was under way for an older state is let go. */
async function update(): Promise<void> {
  turn += 1;
  const mine = turn;
  const layer = currentLayer();
  if (landing === null) return;
  if (layer === null) {
    const reasons = landing.notListed.length > 0 ? " The reasons are further down this page." : "";
    fail(`This study has no layers to show.${reasons}`, null, () => void begin());
    return;
  }
  syncChoice(layer, servicesLayer(), state.services);
  syncView();
  renderLayerHead(layer, landing);
  if (tableShows !== layer.id) byId("table-view").replaceChildren();
  missingServices = "";
  try {
    busy("Loading the layer …");
    const features = await load(layer, mine);
    if (mine !== turn) return;
    const onTop = state.services && layer.id !== SERVICES ? servicesLayer() : null;
    renderMethod(layer, features);
    renderLegend(layer, features, onTop);
    renderFind(layer, features, (feature) => pick(layer, feature));
    if (selection && !selection.items.every((item) => item.layer === layer || item.layer === onTop)) select(null);
    if (view() === "table") {
      tableShows = layer.id;
      renderTable(byId("table-view"), layer, features, { onShow: mapWorks ? (feature) => showOnMap(layer, feature) : null });
    } else {
      busy("Drawing the map …");
      await draw(layer, features, onTop, mine);
    }
    const absent = whyAbsent(state.layer, layers, landing.notListed);
    if (mine === turn) ready(absent + summary(layer, features) + missingServices);
  } catch (error) {
    if (mine !== turn) return;
    // Under this layer's name the one before it must not stay.
    for (const id of ["map-view", "table-view", "key", "how"]) byId(id).hidden = true;
    fail(`“${layer.title}” could not be shown.`, error, () => void update());
  }
}

async function draw(layer: Layer, features: Feature[], onTop: Layer | null, mine: number): Promise<void> {
  const shown = await openMap();
  if (shown === null || mine !== turn) return;
  shown.resize();
  if (mapShows !== layer.id) {
    mapShows = layer.id;
    try {
      await shown.show(layer, features);
    } catch (error) {
      mapShows = null;
      throw error;
    }
  }
  if (mine !== turn) return;
  // On top of the layer, not part of it: where services can't be had, the layer is still worth showing.
  let services: Feature[] | null = null;
  try {
    services = onTop ? await load(onTop, mine) : null;
  } catch {
    missingServices = ` “${onTop?.title ?? ""}” could not be loaded, so it is not on top of the map.`;
  }
  if (mine === turn) await shown.services(services);
}

/** The map, made when first needed; null (and the table instead) where that fails. */
async function openMap(): Promise<MapView | null> {
  map ??= Promise.all([import("./map"), baseMap()]).then(([{ createMap }, base]) =>
    createMap(byId("map"), base, { onPick: pickHits, onPopupClosed: () => select(null), onBroken: loseMap }),
  );
  try {
    drawnMap = await map;
    return drawnMap;
  } catch {
    loseMap();
    return null;
  }
}

async function baseMap(): Promise<GeoJSON.FeatureCollection | null> {
  try {
    return await fetchBase();
  } catch {
    byId("map-help").append(" The background map could not be loaded, so only the layer itself is drawn.");
    return null;
  }
}

function loseMap(): void {
  mapWorks = false;
  drawnMap = null;
  select(null);
  void update();
}

function load(layer: Layer, mine: number): Promise<Feature[]> {
  const known = loaded.get(layer.id);
  if (known) return known;
  const fetched = fetchFeatures(layer.id, (count, total) => {
    if (mine === turn && total !== null && total > count) {
      busy(`Loading the layer: ${count.toLocaleString("en-GB")} of ${total.toLocaleString("en-GB")} …`);
    }
  });
  loaded.set(layer.id, fetched);
  fetched.catch(() => loaded.delete(layer.id));
  return fetched;
}

function syncView(): void {
  const now = view();
  setText("no-map", mapWorks ? null : NO_MAP);
  byId("views").hidden = !mapWorks;
  for (const input of byId("views").querySelectorAll<HTMLInputElement>("input")) input.checked = input.value === now;
  byId("map-view").hidden = now !== "map";
  byId("key").hidden = now !== "map";
  byId("table-view").hidden = now !== "table";
  document.documentElement.dataset["view"] = now;
}

function pickHits(hits: Hit[], at: [number, number]): void {
  void (async () => {
    const layer = currentLayer();
    const services = servicesLayer();
    const items: Selection["items"] = [];
    for (const hit of hits) {
      const from = hit.from === "services" ? services : layer;
      const feature = from ? (await load(from, turn))[hit.key - 1] : undefined;
      if (from && feature) items.push({ layer: from, feature });
    }
    select(items.length === 0 ? null : { items, index: 0 }, at);
  })();
}

/** Selects one feature by name, and brings it into view. */
function pick(layer: Layer, feature: Feature): void {
  select({ items: [{ layer, feature }], index: 0 }, labelPoint(feature.geometry));
  drawnMap?.goTo(feature);
}

function showOnMap(layer: Layer, feature: Feature): void {
  state = { ...state, view: "map" };
  history.pushState(null, "", formatHash(state) || location.pathname + location.search);
  void update().then(() => {
    pick(layer, feature);
    byId("map").querySelector("canvas")?.focus();
  });
}

function select(next: Selection | null, at: [number, number] | null = null): void {
  selection = next;
  const step = (by: number): void => {
    if (selection === null) return;
    const count = selection.items.length;
    // The pressed button is drawn anew with the rest: give the keyboard its successor.
    const place = document.activeElement?.closest(".popup") ? ".popup" : "#details-body";
    select({ ...selection, index: (selection.index + by + count) % count }, at);
    document.querySelector<HTMLElement>(`${place} [data-step="${by}"]`)?.focus();
  };
  renderDetails(next, step, () => {
    select(null);
    byId("details-title").focus();
  });
  const item = next?.items[next.index];
  const find = byId<HTMLSelectElement>("find-select");
  find.value = item && item.layer === currentLayer() ? String(item.feature.key) : "";
  drawnMap?.mark(item ? { from: item.layer === currentLayer() ? "layer" : "services", key: item.feature.key } : null);
  if (next === null) drawnMap?.closePopup();
  else if (at) drawnMap?.openPopup(at, selectionContent(next, step, "p"));
}

function hasWebGl(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

function followAddress(): void {
  const next = parseHash(location.hash);
  if (formatHash(next) === formatHash(state)) return;
  state = next;
  void update();
}

window.addEventListener("popstate", followAddress);
byId("skip").addEventListener("click", (event) => {
  // The part of the address after # holds the state, so the link must not replace it.
  event.preventDefault();
  byId("main").focus();
  byId("main").scrollIntoView();
});
for (const input of byId("views").querySelectorAll<HTMLInputElement>("input")) {
  input.addEventListener("change", () => go({ view: input.value === "table" ? "table" : "map" }));
}
byId<HTMLDetailsElement>("choice").open = matchMedia("(min-width: 56rem)").matches;
renderDetails(null, () => undefined, () => undefined);
void begin();
