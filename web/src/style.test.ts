import { describe, expect, it } from "vitest";
import { CATEGORISED, GRADUATED, featuresOf, layerOf } from "./fixtures";
import type { Properties } from "./model";
import {
  NO_DATA_COLOUR, classFilter, classify, colourExpression, diamond, dotTile, hatchColour, hatchDisc, hatchTile,
  legendRows, mapData, notClassFilter, rgb,
} from "./style";
import type { Expression } from "./style";

/** Just enough of MapLibre's language to run what style.ts writes. */
function evaluate(expression: unknown, properties: Properties): unknown {
  if (!Array.isArray(expression)) return expression;
  const [name, ...args] = expression as Expression;
  switch (name) {
    case "get":
      return properties[String(args[0])] ?? null;
    case "literal":
      return args[0];
    case "!":
      return !evaluate(args[0], properties);
    case "in":
      return (evaluate(args[1], properties) as unknown[]).includes(evaluate(args[0], properties));
    case "match": {
      const value = evaluate(args[0], properties);
      for (let i = 1; i + 1 < args.length; i += 2) if (args[i] === value) return args[i + 1];
      return args.at(-1);
    }
    default:
      throw new Error(`not known: ${name}`);
  }
}

const graduated = layerOf(GRADUATED);
const categorised = layerOf(CATEGORISED);

function painted(layer: typeof graduated, properties: Properties): unknown {
  const [feature] = mapData(layer.legend, featuresOf(properties)).features;
  return evaluate(colourExpression(layer.legend), feature?.properties ?? {});
}

describe("classes", () => {
  it("take the lower bound in and leave the upper out", () => {
    expect(classify(graduated.legend, { mean_km: 0 })).toBe("c0");
    expect(classify(graduated.legend, { mean_km: 2.49 })).toBe("c0");
    expect(classify(graduated.legend, { mean_km: 2.5 })).toBe("c1");
    expect(classify(graduated.legend, { mean_km: 5 })).toBe("c2");
    expect(classify(graduated.legend, { mean_km: 4000 })).toBe("c2");
  });

  it("leave out what no class covers", () => {
    expect(classify(graduated.legend, { mean_km: -1 })).toBe("other");
    expect(classify(categorised.legend, { state: "new" })).toBe("other");
  });

  it("never take a missing figure for a number", () => {
    expect(classify(graduated.legend, { mean_km: null })).toBe("nodata");
    expect(classify(graduated.legend, {})).toBe("nodata");
    expect(classify(graduated.legend, { mean_km: "3" })).toBe("nodata");
  });

  it("hide a figure that is named as hidden, and no other", () => {
    expect(classify(graduated.legend, { mean_km: null, suppressed: false, suppressed_fields: "mean_km" })).toBe("hidden");
    expect(classify(graduated.legend, { mean_km: null, suppressed: false, suppressed_fields: "share" })).toBe("nodata");
    expect(classify(graduated.legend, { mean_km: 3, suppressed: false, suppressed_fields: "share" })).toBe("c1");
  });

  it("hide what is suppressed even where a figure came with it", () => {
    expect(classify(graduated.legend, { mean_km: 3, suppressed: true })).toBe("hidden");
    expect(classify(graduated.legend, { mean_km: null, suppressed: true })).toBe("hidden");
    expect(classify(null, { suppressed: true })).toBe("hidden");
  });

  it("match categories by value", () => {
    expect(classify(categorised.legend, { state: "gap" })).toBe("c0");
    expect(classify(categorised.legend, { state: "well" })).toBe("c1");
    expect(classify(categorised.legend, { state: null })).toBe("nodata");
  });
});

describe("paint", () => {
  it("gives every class the colour of its legend row", () => {
    expect(painted(graduated, { mean_km: 1 })).toBe("#eff3ff");
    expect(painted(graduated, { mean_km: 2.5 })).toBe("#6baed6");
    expect(painted(graduated, { mean_km: 99 })).toBe("#08519c");
    expect(painted(graduated, { mean_km: null })).toBe(NO_DATA_COLOUR);
    expect(painted(categorised, { state: "gap" })).toBe("#c2410c");
  });

  it("has one colour where a layer has no legend", () => {
    expect(painted(layerOf(null), { anything: 1 })).toBe("#1d70b8");
  });

  it("sends the map no figures", () => {
    const data = mapData(graduated.legend, featuresOf({ mean_km: 3.3, name: "Harbour" }));
    expect(data.features[0]?.properties).toEqual({ key: 1, class: "c1" });
    expect(data.features[0]?.id).toBe(1);
  });

  it("filters by class", () => {
    expect(evaluate(classFilter("hidden"), { class: "hidden" })).toBe(true);
    expect(evaluate(notClassFilter("hidden", "nodata"), { class: "c0" })).toBe(true);
    expect(evaluate(notClassFilter("hidden", "nodata"), { class: "nodata" })).toBe(false);
  });
});

describe("legend", () => {
  it("counts every feature once and always explains what is hidden", () => {
    const features = featuresOf({ mean_km: 1 }, { mean_km: 1.5 }, { mean_km: null, suppressed: true }, { mean_km: null });
    const rows = legendRows(graduated, features);
    expect(rows.map((row) => [row.key, row.count])).toEqual([["c0", 2], ["c1", 0], ["c2", 0], ["hidden", 1], ["nodata", 1]]);
    expect(legendRows(graduated, []).map((row) => row.key)).toContain("hidden");
  });
});

describe("pictures", () => {
  it("hatch in two colours that differ clearly, on any ground", () => {
    for (const ground of ["#b1b4b6", "#ffffff", "#111111", "#c2410c"]) {
      const [a, b] = [rgb(ground), rgb(hatchColour(ground))];
      expect(Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2])).toBeGreaterThan(150);
    }
  });

  it("hatch joins up from tile to tile", () => {
    const { data, width } = hatchTile("#b1b4b6");
    const pixel = (x: number, y: number): number => data[(((y + width) % width) * width + ((x + width) % width)) * 4] ?? 0;
    for (let x = 0; x < width; x += 1) for (let y = 0; y < width; y += 1) expect(pixel(x, y)).toBe(pixel(x + 1, y - 1));
  });

  it("are square and have four bytes a pixel", () => {
    for (const picture of [hatchTile("#b1b4b6"), dotTile(), hatchDisc("#b1b4b6"), diamond()]) {
      expect(picture.width).toBe(picture.height);
      expect(picture.data.length).toBe(picture.width * picture.height * 4);
    }
  });
});
