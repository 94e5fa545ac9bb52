import { describe, expect, it } from "vitest";
import { GRADUATED, featuresOf, layerOf } from "./fixtures";
import { boxOf, labelPoint } from "./geometry";
import { splitLabel } from "./labels";
import { arrange } from "./table";

const square = (x: number, y: number, size: number): GeoJSON.Position[] => [
  [x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y],
];

describe("boxes", () => {
  it("hold every shape", () => {
    expect(boxOf([{ type: "Point", coordinates: [1, 2] }, null, { type: "Polygon", coordinates: [square(-3, 0, 2)] }])).toEqual([-3, 0, 1, 2]);
    expect(boxOf([null])).toBeNull();
  });
});

describe("label points", () => {
  it("are in the middle of the largest part", () => {
    const at = labelPoint({ type: "MultiPolygon", coordinates: [[square(0, 0, 1)], [square(10, 50, 4)]] });
    expect(at?.[0]).toBeCloseTo(12);
    expect(at?.[1]).toBeCloseTo(52);
  });
  it("are not made up for what has no area", () => {
    expect(labelPoint({ type: "LineString", coordinates: [[0, 0], [1, 1]] })).toBeNull();
    expect(labelPoint({ type: "Polygon", coordinates: [[[0, 0], [1, 1], [0, 0]]] })).toBeNull();
    expect(labelPoint({ type: "Point", coordinates: [3, 4] })).toEqual([3, 4]);
  });
});

describe("labels", () => {
  it("break in two near the middle when long", () => {
    expect(splitLabel("Harbour")).toEqual(["Harbour"]);
    expect(splitLabel("Old Town and Bridge")).toEqual(["Old Town", "and Bridge"]);
    expect(splitLabel("Llanfairpwllgwyngyll")).toEqual(["Llanfairpwllgwyngyll"]);
  });
});

describe("the table", () => {
  const layer = layerOf(GRADUATED);
  const features = featuresOf({ name: "Quayside", mean_km: 9 }, { name: "Castle", mean_km: null, suppressed: true }, { name: "Harbour", mean_km: 10 });
  const names = (query: string, sort: Parameters<typeof arrange>[3]): unknown[] =>
    arrange(layer, features, query, sort).map((feature) => feature.properties["name"]);

  it("keeps the server's order until asked", () => {
    expect(names("", null)).toEqual(["Quayside", "Castle", "Harbour"]);
  });
  it("sorts by name or figure, with what is hidden last", () => {
    expect(names("", { column: "", descending: false })).toEqual(["Castle", "Harbour", "Quayside"]);
    expect(names("", { column: "mean_km", descending: false })).toEqual(["Quayside", "Harbour", "Castle"]);
    expect(names("", { column: "mean_km", descending: true })).toEqual(["Harbour", "Quayside", "Castle"]);
  });
  it("finds by any word that it shows", () => {
    expect(names("hidden castle", null)).toEqual(["Castle"]);
    expect(names("nowhere", null)).toEqual([]);
  });
});
