/**
 * From a layer's legend to what MapLibre paints.
 *
 * A feature's class is worked out once, here, and both the map and the legend's counts use the answer, so the two
 * can't disagree. Pure: no MapLibre, no document. Where things are drawn and in which order is map.ts's business.
 */

import { GREY, isHidden } from "./model";
import type { Feature, Layer, Legend, Properties } from "./model";

/** `c0`, `c1`, ... a class of the legend; the others are the ways of being in none. */
export type ClassKey = `c${number}` | "hidden" | "nodata" | "other";

export const NO_DATA_COLOUR = "#ffffff";
export const NO_DATA_LABEL = "No data";
export const OTHER_LABEL = "Not in a class";
export const PLAIN_COLOUR = "#1d70b8";

/** MapLibre's expressions are nested arrays; their precise type adds nothing here. */
export type Expression = [string, ...unknown[]];

/** The class a feature belongs to. A layer without a legend has one class, `other`. */
export function classify(legend: Legend | null, properties: Properties): ClassKey {
  if (properties["suppressed"] === true) return "hidden";
  if (legend === null) return "other";
  const value = properties[legend.field];
  if (value === null || value === undefined || value === "") return isHidden(properties, legend.field) ? "hidden" : "nodata";
  if (legend.kind === "graduated") {
    if (typeof value !== "number") return "nodata";
    const index = legend.classes.findIndex(
      ({ min, max }) => (min === null || value >= min) && (max === null || value < max),
    );
    return index < 0 ? "other" : `c${index}`;
  }
  const index = legend.classes.findIndex((entry) => entry.value === value);
  return index < 0 ? "other" : `c${index}`;
}

export interface LegendRow {
  key: ClassKey;
  label: string;
  colour: string;
  count: number;
}

/**
 * The rows of the legend with the number of features in each. "Hidden" is always there, so that nobody has to
 * guess what the hatching would mean; "no data" and "not in a class" only where they occur.
 */
export function legendRows(layer: Layer, features: readonly Feature[]): LegendRow[] {
  const { legend } = layer;
  const counts = new Map<ClassKey, number>();
  for (const feature of features) {
    const key = classify(legend, feature.properties);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const count = (key: ClassKey): number => counts.get(key) ?? 0;
  const rows: LegendRow[] = (legend?.classes ?? []).map((entry, index) => {
    const key: ClassKey = `c${index}`;
    return { key, label: entry.label, colour: entry.colour, count: count(key) };
  });
  if (legend || count("hidden") > 0) {
    rows.push({
      key: "hidden",
      label: legend?.hidden.label ?? "Hidden to protect people",
      colour: hiddenColour(legend),
      count: count("hidden"),
    });
  }
  if (count("nodata") > 0) {
    rows.push({ key: "nodata", label: NO_DATA_LABEL, colour: NO_DATA_COLOUR, count: count("nodata") });
  }
  if (count("other") > 0) {
    const label = legend ? OTHER_LABEL : layer.title;
    rows.push({ key: "other", label, colour: otherColour(legend), count: count("other") });
  }
  return rows;
}

export function hiddenColour(legend: Legend | null): string {
  return legend?.hidden.colour ?? GREY;
}

function otherColour(legend: Legend | null): string {
  return legend ? GREY : PLAIN_COLOUR;
}

/** The colour of a feature that carries its class in the property `class`. */
export function colourExpression(legend: Legend | null): Expression | string {
  if (legend === null || legend.classes.length === 0) {
    return ["match", ["get", "class"], "nodata", NO_DATA_COLOUR, otherColour(legend)];
  }
  const pairs = legend.classes.flatMap((entry, index) => [`c${index}`, entry.colour]);
  return ["match", ["get", "class"], ...pairs, "nodata", NO_DATA_COLOUR, otherColour(legend)];
}

/** Picks the features of one class, or all but some. */
export function classFilter(...keys: ClassKey[]): Expression {
  return ["in", ["get", "class"], ["literal", keys]];
}

export function notClassFilter(...keys: ClassKey[]): Expression {
  return ["!", classFilter(...keys)];
}

/** The map's copy of a layer: shapes, numbers as ids and the class. The figures themselves stay in the page. */
export function mapData(legend: Legend | null, features: readonly Feature[]): GeoJSON.FeatureCollection {
  return {
    type: "FeatureCollection",
    features: features.flatMap(({ key, geometry, properties }) =>
      geometry === null
        ? []
        : [{ type: "Feature" as const, id: key, geometry, properties: { key, class: classify(legend, properties) } }],
    ),
  };
}

export interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

type Paint = (x: number, y: number) => readonly [number, number, number, number];

function paint(size: number, at: Paint): Pixels {
  const data = new Uint8ClampedArray(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) data.set(at(x, y), (y * size + x) * 4);
  }
  return { width: size, height: size, data };
}

/** `#rrggbb` to its three numbers; anything else to grey. */
export function rgb(colour: string): [number, number, number] {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!match) return rgb(GREY);
  return [parseInt(match[1] ?? "0", 16), parseInt(match[2] ?? "0", 16), parseInt(match[3] ?? "0", 16)];
}

/** Dark enough to be seen on the hidden colour whatever that is: the same hue at under half the light. */
export function hatchColour(colour: string): string {
  const [r, g, b] = rgb(colour);
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const scale = light < 90 ? null : 0.38;
  const parts = [r, g, b].map((part) => (scale === null ? 255 : Math.round(part * scale)));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** A tile of diagonal lines that joins up with itself on every side, drawn at two pixels a point. */
export function hatchTile(colour: string, size = 16): Pixels {
  const ground = rgb(colour);
  const line = rgb(hatchColour(colour));
  return paint(size, (x, y) => [...((x + y) % size < size / 4 ? line : ground), 255]);
}

/** A tile of small dots on white: a shape for which there is no data. */
export function dotTile(size = 16): Pixels {
  const dot = rgb("#505a5f");
  const ground = rgb(NO_DATA_COLOUR);
  const middle = size / 2 - 0.5;
  return paint(size, (x, y) => [...(Math.hypot(x - middle, y - middle) < size / 8 ? dot : ground), 255]);
}

/** A hatched disc with a dark edge: a point whose figures are hidden. */
export function hatchDisc(colour: string, size = 32): Pixels {
  const tile = hatchTile(colour, size / 2);
  const middle = size / 2 - 0.5;
  return paint(size, (x, y) => {
    const away = Math.hypot(x - middle, y - middle);
    if (away > size / 2) return [0, 0, 0, 0];
    if (away > size / 2 - 3) return [11, 12, 12, 255];
    const at = ((y % tile.height) * tile.width + (x % tile.width)) * 4;
    return [tile.data[at] ?? 0, tile.data[at + 1] ?? 0, tile.data[at + 2] ?? 0, 255];
  });
}

/** A dark diamond with a white edge: a service shown on top of another layer, told apart by its shape. */
export function diamond(size = 28): Pixels {
  const middle = size / 2 - 0.5;
  return paint(size, (x, y) => {
    const away = Math.abs(x - middle) + Math.abs(y - middle);
    if (away > size / 2) return [0, 0, 0, 0];
    return away > size / 2 - 4 ? [255, 255, 255, 255] : [11, 12, 12, 255];
  });
}
