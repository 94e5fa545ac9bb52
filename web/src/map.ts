/**
 * The MapLibre map: puts layers on it, reports clicks, and says what it has really drawn.
 *
 * This module (with MapLibre, most of the page's weight) is loaded only where a map can be shown. It holds no
 * figures: a click gives back keys, and main.ts looks up what they stand for.
 */

import { LngLatBounds, Map as MapLibre, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "maplibre-gl";
import type { GeoJSONSource, IControl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
// The worker is a file of this site, so that the content policy needs no exception for it.
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { h } from "./dom";
import { boxOf, labelPoint } from "./geometry";
import { LABEL_RATIO, labelPixels } from "./labels";
import { SERVICE_LAYER, THEMATIC_LAYERS, baseStyle, selected, selectedLayers } from "./layers";
import type { Feature, Layer } from "./model";
import { colourExpression, diamond, dotTile, hatchDisc, hatchTile, hiddenColour, mapData } from "./style";
import type { Pixels } from "./style";

const IDLE_MS = 45_000;
/** More names than this would cover the map. */
const MOST_NAMES = 400;

export interface Hit {
  from: "layer" | "services";
  key: number;
}

export interface MapHandlers {
  onPick(hits: Hit[], at: [number, number]): void;
  onPopupClosed(): void;
  onBroken(): void;
}

export interface MapView {
  /** Puts a layer on the map; resolves once it is really drawn, or has been overtaken by another. */
  show(layer: Layer, features: readonly Feature[]): Promise<void>;
  services(features: readonly Feature[] | null): Promise<void>;
  mark(hit: Hit | null): void;
  goTo(feature: Feature): void;
  openPopup(at: [number, number], content: HTMLElement[]): void;
  closePopup(): void;
  /** To be called when the map is shown again after having been hidden. */
  resize(): void;
  drawnFeatures(): number;
  drawnServices(): number;
}

/** Makes the map; resolves once the background is there. */
export async function createMap(
  container: HTMLElement,
  base: GeoJSON.FeatureCollection | null,
  handlers: MapHandlers,
): Promise<MapView> {
  setWorkerUrl(workerUrl);
  const map = new MapLibre({
    container,
    style: baseStyle(base),
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    maxZoom: 17,
    fadeDuration: 0,
    // Without this a browser prints an empty rectangle.
    canvasContextAttributes: { preserveDrawingBuffer: true },
    locale: {
      "Map.Title": "Map. Use the arrow keys to move and the plus and minus keys to zoom.",
      "Popup.Close": "Close",
      "CooperativeGesturesHandler.WindowsHelpText": "Hold Ctrl and scroll to zoom the map",
      "CooperativeGesturesHandler.MacHelpText": "Hold ⌘ and scroll to zoom the map",
      "CooperativeGesturesHandler.MobileHelpText": "Use two fingers to move the map",
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  const whole = boxOf((base?.features ?? []).filter(isArea).map((feature) => feature.geometry));
  let home = whole;
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(wholeAreaControl(() => fit(true)), "top-right");
  map.addControl(new ScaleControl({ unit: "metric", maxWidth: 120 }), "bottom-left");
  map.on("webglcontextlost", () => handlers.onBroken());

  const popup = new Popup({ closeOnClick: false, focusAfterOpen: false, maxWidth: "300px" });
  let closing = false;
  popup.on("close", () => {
    if (closing) return;
    // What had the keyboard's attention is gone with the popup.
    map.getCanvas().focus({ preventScroll: true });
    handlers.onPopupClosed();
  });
  container.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && popup.isOpen()) popup.remove();
  });

  let turn = 0;
  let framed = false;
  await once(map, "load");
  map.addImage("diamond", diamond(), { pixelRatio: 2 });
  map.addImage("dots", dotTile(), { pixelRatio: 2 });
  map.setPaintProperty("areas-nodata", "fill-pattern", "dots");
  addNames(map, base);
  listen(map, handlers);

  function fit(animate: boolean): void {
    if (home === null) return;
    map.fitBounds(new LngLatBounds(home), { padding: 24, maxZoom: 15, animate });
  }

  function source(name: string): GeoJSONSource {
    const found = map.getSource<GeoJSONSource>(name);
    if (!found) throw new Error(`the map has no source ${name}`);
    return found;
  }

  function drawn(layers: string[]): number {
    return new Set(map.queryRenderedFeatures({ layers }).map((feature) => feature.properties["key"])).size;
  }

  return {
    async show(layer, features) {
      turn += 1;
      const mine = turn;
      const points = layer.geometry === "Point";
      const { legend } = layer;
      useHatch(map, hiddenColour(legend));
      map.setPaintProperty(points ? "points" : "areas", points ? "circle-color" : "fill-color", colourExpression(legend) as never);
      home = whole ?? boxOf(features.map((feature) => feature.geometry));
      await Promise.all([
        source(points ? "areas" : "points").setData(mapData(null, [])),
        source(points ? "points" : "areas").setData(mapData(legend, features)),
      ]);
      if (mine !== turn) return;
      if (!framed) fit(false);
      framed = true;
      await settled(map);
      const wanted = features.some((feature) => feature.geometry !== null);
      if (mine !== turn || !wanted || drawn(THEMATIC_LAYERS) > 0) return;
      // The reader had moved away from everything this layer has: show the whole of it.
      home = boxOf(features.map((feature) => feature.geometry));
      fit(false);
      await settled(map);
      if (mine === turn && drawn(THEMATIC_LAYERS) === 0) throw new Error("nothing was drawn");
    },
    async services(features) {
      await source("services").setData(mapData(null, features ?? []));
      await settled(map);
    },
    mark(hit) {
      for (const name of ["areas", "points", "services"] as const) {
        const here = hit !== null && (hit.from === "services") === (name === "services");
        for (const id of selectedLayers(name)) map.setFilter(id, selected(here ? hit.key : null));
      }
    },
    goTo(feature) {
      const box = boxOf([feature.geometry]);
      if (box) map.fitBounds(new LngLatBounds(box), { padding: 60, maxZoom: Math.max(map.getZoom(), 13) });
    },
    openPopup(at, content) {
      popup.setDOMContent(h("div", { class: "popup", tabindex: "0", role: "group", "aria-label": "Selected on the map" }, ...content));
      popup.setLngLat(at);
      if (!popup.isOpen()) popup.addTo(map);
    },
    closePopup() {
      closing = true;
      popup.remove();
      closing = false;
    },
    resize: () => map.resize(),
    drawnFeatures: () => drawn(THEMATIC_LAYERS),
    drawnServices: () => drawn([SERVICE_LAYER]),
  };
}

/** Clicks report everything under the pointer of the topmost kind: services that share a door come together. */
function listen(map: MapLibre, handlers: MapHandlers): void {
  map.on("click", (event) => {
    const { x, y } = event.point;
    const near: [[number, number], [number, number]] = [[x - 6, y - 6], [x + 6, y + 6]];
    const keys = (layers: string[], where: typeof near | [number, number]): number[] => [
      ...new Set(map.queryRenderedFeatures(where, { layers }).map((feature) => Number(feature.properties["key"]))),
    ];
    const at: [number, number] = [event.lngLat.lng, event.lngLat.lat];
    const points = keys(["points", "points-hidden"], near).map((key): Hit => ({ from: "layer", key }));
    const services = keys([SERVICE_LAYER], near).map((key): Hit => ({ from: "services", key }));
    const areas = keys(["areas", "areas-hidden", "areas-nodata"], [x, y]).map((key): Hit => ({ from: "layer", key }));
    const hits = [points, services, areas].find((group) => group.length > 0) ?? [];
    handlers.onPick(hits, at);
  });
  const clickable = [...THEMATIC_LAYERS, SERVICE_LAYER];
  map.on("mousemove", (event) => {
    const over = map.queryRenderedFeatures(event.point, { layers: clickable }).length > 0;
    map.getCanvas().style.cursor = over ? "pointer" : "";
  });
}

function isArea(feature: GeoJSON.Feature): boolean {
  return feature.properties?.["class"] === "area";
}

function useHatch(map: MapLibre, colour: string): void {
  const add = (name: string, pixels: Pixels): void => {
    if (!map.hasImage(name)) map.addImage(name, pixels, { pixelRatio: 2 });
  };
  add(`hatch-${colour}`, hatchTile(colour));
  add(`disc-${colour}`, hatchDisc(colour));
  map.setPaintProperty("areas-hidden", "fill-pattern", `hatch-${colour}`);
  map.setLayoutProperty("points-hidden", "icon-image", `disc-${colour}`);
}

function addNames(map: MapLibre, base: GeoJSON.FeatureCollection | null): void {
  const features: GeoJSON.Feature[] = [];
  for (const feature of base?.features ?? []) {
    const name: unknown = feature.properties?.["name"];
    const at = isArea(feature) ? labelPoint(feature.geometry) : null;
    if (typeof name !== "string" || name === "" || at === null || features.length >= MOST_NAMES) continue;
    const image = `name-${features.length}`;
    const pixels = labelPixels(name);
    if (pixels === null) return;
    map.addImage(image, pixels, { pixelRatio: LABEL_RATIO });
    features.push({ type: "Feature", properties: { image }, geometry: { type: "Point", coordinates: at } });
  }
  void map.getSource<GeoJSONSource>("names")?.setData({ type: "FeatureCollection", features });
}

function wholeAreaControl(onPress: () => void): IControl {
  const button = h("button", { type: "button", class: "whole", title: "Show the whole area", "aria-label": "Show the whole area", click: onPress });
  const element = h("div", { class: "maplibregl-ctrl maplibregl-ctrl-group" }, button);
  return { onAdd: () => element, onRemove: () => element.remove() };
}

/** Waits until everything that was asked for is on the screen. */
async function settled(map: MapLibre): Promise<void> {
  map.triggerRepaint();
  await once(map, "idle");
}

function once(map: MapLibre, event: "load" | "idle"): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the map did not become ${event}`)), IDLE_MS);
    map.once(event, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
