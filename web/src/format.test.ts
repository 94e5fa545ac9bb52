import { describe, expect, it } from "vitest";
import { CATEGORISED, GRADUATED, featuresOf, layerOf } from "./fixtures";
import {
  columnTitle, compareValues, countOf, distinctNames, featureName, fieldsOf, formatDate, formatField, formatNumber, formatWithUnit,
  hiddenReason, summary,
} from "./format";
import type { Feature, Field } from "./model";

const field = (unit: string | null, name = "value"): Field => ({ name, title: "Value", unit, description: null });
const one = (properties: Record<string, unknown>): Feature => {
  const [feature] = featuresOf(properties);
  if (!feature) throw new Error("no feature");
  return feature;
};
const layer = layerOf(GRADUATED);
const km = field("km", "mean_km");

describe("dates", () => {
  it("are written out", () => {
    expect(formatDate("2023-03-06")).toBe("6 March 2023");
    expect(formatDate("2023-12-31T23:59:00Z")).toBe("31 December 2023");
  });
  it("leave other text alone", () => {
    expect(formatDate("2023-13-06")).toBe("2023-13-06");
    expect(formatDate("about 2023")).toBe("about 2023");
  });
});

describe("numbers", () => {
  it("keep what was published", () => {
    expect(formatNumber(5.21, km)).toBe("5.21");
    expect(formatNumber(5, km)).toBe("5");
    expect(formatNumber(1240, field(null))).toBe("1,240");
    expect(formatNumber(-1.5, km)).toBe("\u22121.5");
    expect(formatNumber(2025, field(null, "vintage"))).toBe("2025");
  });
  it("cut the tail of a ratio, and don't make a small number nought", () => {
    expect(formatNumber(1 / 3, field(null))).toBe("0.333");
    expect(formatNumber(0.00002, field(null))).toBe("less than 0.001");
    expect(formatNumber(0, field(null))).toBe("0");
  });
  it("carry their units", () => {
    expect(formatWithUnit(5.21, km)).toBe("5.21\u00a0km");
    expect(formatWithUnit(45.5, field("%"))).toBe("45.5%");
    expect(formatWithUnit(9.5, field("£ an hour"))).toBe("£9.50 an hour");
    expect(formatWithUnit(1, field("people"))).toBe("1\u00a0person");
    expect(formatWithUnit(1, field("places"))).toBe("1\u00a0place");
    expect(formatWithUnit(1, km)).toBe("1\u00a0km");
    expect(formatWithUnit(12, field("people"))).toBe("12\u00a0people");
  });
  it("have the unit in a table's header", () => {
    expect(columnTitle(km)).toBe("Value (km)");
    expect(columnTitle(field(null))).toBe("Value");
  });
});

describe("missing figures", () => {
  it("are hidden or not there, and never a number", () => {
    expect(formatField(layer, km, one({ mean_km: null, suppressed: true }), true)).toEqual({
      text: "Hidden to protect people",
      kind: "hidden",
    });
    expect(formatField(layer, km, one({ mean_km: null, suppressed: false }), true)).toEqual({ text: "No data", kind: "nodata" });
    expect(formatField(layer, km, one({}), true).kind).toBe("nodata");
    expect(formatField(layer, km, one({ mean_km: 0 }), true)).toEqual({ text: "0\u00a0km", kind: "value" });
  });
  it("are told apart by the names of what is hidden", () => {
    const people = field("people", "people");
    const partly = one({ mean_km: 5.2, people: null, share: null, suppressed: false, suppressed_fields: "people" });
    const shown = (name: string, unit: string | null): unknown => formatField(layer, field(unit, name), partly, true);
    expect(shown("people", "people")).toEqual({ text: "Hidden to protect people", kind: "hidden" });
    expect(shown("share", "%")).toEqual({ text: "No data", kind: "nodata" });
    expect(shown("mean_km", "km")).toEqual({ text: "5.2\u00a0km", kind: "value" });
    const whole = one({ mean_km: null, people: null, n: null, suppressed: true, suppressed_fields: "mean_km;n" });
    expect(formatField(layer, km, whole, false).kind).toBe("hidden");
    expect(formatField(layer, field(null, "n"), whole, false).kind).toBe("hidden");
    expect(formatField(layer, people, whole, false).kind).toBe("nodata");
  });
  it("take the whole of a name for it", () => {
    const partly = one({ mean_km: null, suppressed: false, suppressed_fields: "mean_km_low;mean_km_high" });
    expect(formatField(layer, km, partly, true).kind).toBe("nodata");
    expect(formatField(layer, km, one({ mean_km: null, suppressed: false, suppressed_fields: null }), true).kind).toBe("nodata");
    expect(formatField(layer, km, one({ mean_km: null, suppressed: true, suppressed_fields: "" }), true).kind).toBe("hidden");
  });
  it("come with the reason where there is one", () => {
    expect(hiddenReason(one({ suppressed_reason: "Too few people" }))).toBe("Too few people");
    expect(hiddenReason(one({ suppressed_reason: null }))).toBeNull();
  });
});

describe("words", () => {
  it("use the legend's for a category", () => {
    const state = field(null, "state");
    expect(formatField(layerOf(CATEGORISED), state, one({ state: "gap" }), true).text).toBe("Gap");
    expect(formatField(layerOf(CATEGORISED), state, one({ state: "new" }), true).text).toBe("new");
    expect(formatField(layer, state, one({ state: true }), true).text).toBe("Yes");
    expect(formatField(layer, state, one({ state: ["a", "b"] }), true).text).toBe("a, b");
  });
  it("name a feature, by its id if need be", () => {
    expect(featureName(layer, one({ name: "Harbour" }))).toBe("Harbour");
    expect(featureName(layer, one({}))).toBe("f0");
  });
  it("tell features of one name apart", () => {
    const features = featuresOf({ name: "Café", state: "Harbour" }, { name: "Café" }, { name: "Choir", state: "Castle" });
    expect(distinctNames(layer, features)).toEqual(["Café, Harbour", "Café, f1", "Choir"]);
  });
  it("count", () => {
    expect(countOf(1, layer)).toBe("1 area");
    expect(countOf(1204, layerOf(GRADUATED, "Point"))).toBe("1,204 places");
    expect(summary(layer, featuresOf({ suppressed: true }, {}))).toBe("2 areas; in 1 the figures are hidden to protect people.");
    expect(summary(layer, featuresOf({}))).toBe("1 area.");
    const partly = { suppressed: false, suppressed_fields: "people;share" };
    expect(summary(layer, featuresOf(partly, {}))).toBe("2 areas. In 1 area only some figures are hidden to protect people.");
    expect(summary(layer, featuresOf(partly, { suppressed: true, suppressed_fields: "n" }, partly))).toBe(
      "3 areas; in 1 the figures are hidden to protect people. In 2 areas only some figures are.",
    );
    expect(summary(layer, [])).toContain("empty");
    const why = "This layer shows no figures. None of them is known.";
    expect(summary(layerOf(GRADUATED, "MultiPolygon", { "catchment:empty": why }), featuresOf({}, {}))).toBe(why);
  });
  it("add the count behind the figures once", () => {
    expect(fieldsOf(layer, featuresOf({ n: 5 })).at(-1)?.name).toBe("n");
    expect(fieldsOf(layer, featuresOf({}))).toEqual(layer.fields);
  });
});

describe("order", () => {
  it("is by number, by word, and missing last both ways", () => {
    expect([10, 9, null, 2].sort((a, b) => compareValues(a, b, false))).toEqual([2, 9, 10, null]);
    expect([10, null, 9, 2].sort((a, b) => compareValues(a, b, true))).toEqual([10, 9, 2, null]);
    expect(["Area 10", "area 9", ""].sort((a, b) => compareValues(a, b, false))).toEqual(["area 9", "Area 10", ""]);
  });
});
