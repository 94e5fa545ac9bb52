/**
 * A small invented layer for the unit tests. Not part of the page.
 */

import { readItems, readLayers } from "./model";
import type { Feature, Layer, Properties } from "./model";

export const HIDDEN = { label: "Hidden to protect people", colour: "#b1b4b6" };

export const GRADUATED = {
  field: "mean_km",
  title: "Mean distance (km)",
  kind: "graduated",
  hidden: HIDDEN,
  classes: [
    { min: 0, max: 2.5, label: "under 2.5 km", colour: "#eff3ff" },
    { min: 2.5, max: 5, label: "2.5 to 5 km", colour: "#6baed6" },
    { min: 5, max: null, label: "5 km and over", colour: "#08519c" },
  ],
};

export const CATEGORISED = {
  field: "state",
  title: "Coverage",
  kind: "categorised",
  hidden: HIDDEN,
  classes: [
    { value: "gap", label: "Gap", colour: "#c2410c" },
    { value: "well", label: "Well covered", colour: "#1a7f5a" },
  ],
};

export function layerOf(legend: unknown, geometry = "MultiPolygon", extra: Record<string, unknown> = {}): Layer {
  const [layer] = readLayers({
    collections: [
      {
        id: "test",
        title: "Test",
        "catchment:geometry": geometry,
        "catchment:legend": legend,
        "catchment:fields": [
          { name: "name", title: "Area" },
          { name: "mean_km", title: "Mean distance by road", unit: "km" },
          { name: "state", title: "State" },
          { name: "rate", title: "Hourly rate", unit: "£ an hour" },
        ],
        ...extra,
      },
    ],
  });
  if (!layer) throw new Error("the fixture is not a layer");
  return layer;
}

export function featuresOf(...properties: Properties[]): Feature[] {
  const features = properties.map((entry, index) => ({
    id: `f${index}`,
    geometry: { type: "Point", coordinates: [index, 50] },
    properties: entry,
  }));
  return readItems({ features }, 1).features;
}
