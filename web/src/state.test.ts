import { describe, expect, it } from "vitest";
import { DEFAULT_STATE, formatHash, parseHash } from "./state";

describe("the address", () => {
  it("goes there and back", () => {
    for (const layer of [null, "coverage", "average_journeys_small_area"]) {
      for (const view of ["map", "table"] as const) {
        for (const services of [true, false]) {
          const state = { layer, view, services };
          expect(parseHash(formatHash(state))).toEqual(state);
        }
      }
    }
  });

  it("is empty for the default", () => {
    expect(formatHash(DEFAULT_STATE)).toBe("");
    expect(parseHash("")).toEqual(DEFAULT_STATE);
    expect(parseHash("#")).toEqual(DEFAULT_STATE);
  });

  it("is short and readable", () => {
    expect(formatHash({ layer: "gaps", view: "table", services: false })).toBe("#layer=gaps&view=table&services=off");
  });

  it("takes the default for what it can't understand", () => {
    expect(parseHash("#main")).toEqual(DEFAULT_STATE);
    expect(parseHash("#layer=<script>&view=film&services=maybe")).toEqual(DEFAULT_STATE);
    expect(parseHash("#layer=%E0%A4%A")).toEqual(DEFAULT_STATE);
  });
});
