/**
 * The order and look of what the map draws: background, areas, roads, points, names.
 *
 * Style as data, in MapLibre's style language; no glyphs, sprites or tiles, so nothing is ever fetched. The
 * colours of figures come from style.ts; putting data in is map.ts's business.
 */

import type { AddLayerObject, MapOptions } from "maplibre-gl";
import { classFilter, notClassFilter } from "./style";

type Style = Exclude<NonNullable<MapOptions["style"]>, string>;

/** Where selected things and labels come from. */
export const SOURCES = ["base", "names", "areas", "points", "services"] as const;
export type SourceName = (typeof SOURCES)[number];

/** What can be clicked, the topmost first. */
export const THEMATIC_LAYERS = ["points-hidden", "points", "areas-nodata", "areas-hidden", "areas"];
export const SERVICE_LAYER = "services";

const INK = "#0b0c0c";
const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

const ROADS = [
  { id: "roads-small", classes: ["tertiary", "minor"], from: 11.5, width: [11.5, 0.3, 16, 3], colour: "#6f777b" },
  { id: "roads-middle", classes: ["secondary", "primary"], from: 0, width: [9, 0.5, 16, 4], colour: "#505a5f" },
  { id: "roads-large", classes: ["trunk", "motorway"], from: 0, width: [9, 1, 16, 6], colour: "#383f43" },
] as const;

export function baseStyle(base: GeoJSON.FeatureCollection | null): Style {
  const source = (data: GeoJSON.FeatureCollection) => ({ type: "geojson" as const, data });
  return {
    version: 8,
    sources: {
      base: source(base ?? EMPTY),
      names: source(EMPTY),
      areas: source(EMPTY),
      points: source(EMPTY),
      services: source(EMPTY),
    },
    layers: allLayers() as Style["layers"],
  };
}

function allLayers(): AddLayerObject[] {
  return [
    { id: "ground", type: "background", paint: { "background-color": "#dfe8ee" } },
    {
      id: "base-area",
      type: "fill",
      source: "base",
      filter: ["==", ["get", "class"], "area"],
      paint: { "fill-color": "#f8f8f5" },
    },
    { id: "areas", type: "fill", source: "areas", filter: notClassFilter("hidden", "nodata") as never },
    { id: "areas-hidden", type: "fill", source: "areas", filter: classFilter("hidden") as never },
    { id: "areas-nodata", type: "fill", source: "areas", filter: classFilter("nodata") as never },
    ...ROADS.map(roadLayer),
    {
      id: "areas-edge",
      type: "line",
      source: "areas",
      paint: { "line-color": INK, "line-opacity": 0.55, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.4, 14, 1.2] },
    },
    {
      id: "base-area-edge",
      type: "line",
      source: "base",
      filter: ["==", ["get", "class"], "area"],
      paint: { "line-color": INK, "line-opacity": 0.75, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.7, 14, 2] },
    },
    ...selectedAreaLayers(),
    {
      id: "services",
      type: "symbol",
      source: "services",
      layout: { "icon-image": "diamond", "icon-allow-overlap": true, "icon-ignore-placement": true },
    },
    {
      id: "points",
      type: "circle",
      source: "points",
      filter: notClassFilter("hidden") as never,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 4.5, 13, 7.5],
        "circle-stroke-color": INK,
        "circle-stroke-width": 1.25,
      },
    },
    {
      id: "points-hidden",
      type: "symbol",
      source: "points",
      filter: classFilter("hidden") as never,
      layout: {
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.75, 13, 1.1],
      },
    },
    ...selectedPointLayers(),
    {
      id: "names",
      type: "symbol",
      source: "names",
      layout: { "icon-image": ["get", "image"], "icon-padding": 3 },
    },
  ];
}

function roadLayer(road: (typeof ROADS)[number]): AddLayerObject {
  const [z1, w1, z2, w2] = road.width;
  return {
    id: road.id,
    type: "line",
    source: "base",
    minzoom: road.from,
    filter: ["in", ["get", "class"], ["literal", [...road.classes]]],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: {
      "line-color": road.colour,
      "line-opacity": 0.45,
      "line-width": ["interpolate", ["linear"], ["zoom"], z1, w1, z2, w2],
    },
  };
}

/** Two lines, dark within yellow: seen on every colour of every layer. */
function selectedAreaLayers(): AddLayerObject[] {
  return [
    { id: "areas-selected-edge", type: "line", source: "areas", filter: selected(null), paint: { "line-color": INK, "line-width": 7 } },
    { id: "areas-selected", type: "line", source: "areas", filter: selected(null), paint: { "line-color": "#ffdd00", "line-width": 3.5 } },
  ];
}

function selectedPointLayers(): AddLayerObject[] {
  return (["points", "services"] as const).map((source) => ({
    id: `${source}-selected`,
    type: "circle",
    source,
    filter: selected(null),
    paint: {
      "circle-radius": 11,
      "circle-opacity": 0,
      "circle-stroke-color": "#ffdd00",
      "circle-stroke-width": 4,
    },
  }));
}

/** The layers that mark the selected feature of a source, and the filter that picks it. */
export function selectedLayers(source: SourceName): string[] {
  return source === "areas" ? ["areas-selected-edge", "areas-selected"] : [`${source}-selected`];
}

export function selected(key: number | null): never {
  return ["==", ["get", "key"], key ?? -1] as never;
}
