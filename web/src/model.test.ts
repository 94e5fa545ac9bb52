import { describe, expect, it } from "vitest";
import { GRADUATED, layerOf } from "./fixtures";
import { GREY, firstLayer, readHeadlines, readItems, readLanding, readLayers, whyAbsent } from "./model";

describe("reading", () => {
  it("takes the landing page's title, notice and what is not listed", () => {
    const landing = readLanding({
      title: "Wexmouth",
      notice: "Invented",
      not_listed: [{ id: "gaps", title: "Gaps", reason: "too few returns" }, { id: "coverage" }, "nonsense"],
    });
    expect(landing.notice).toBe("Invented");
    expect(landing.notListed).toEqual([
      { id: "gaps", title: "Gaps", reason: "too few returns" },
      { id: "coverage", title: "coverage", reason: "No reason was given." },
    ]);
  });

  it("survives anything", () => {
    for (const json of [null, 3, "text", [], {}, { collections: 5 }, { collections: [null, { id: 4 }] }]) {
      expect(readLayers(json)).toEqual([]);
      expect(readHeadlines(json)).toEqual([]);
      expect(readLanding(json).title).not.toBe("");
    }
  });

  it("leaves out collections that can't be drawn", () => {
    expect(readLayers({ collections: [{ id: "table_only" }, { id: "x", "catchment:geometry": "Volume" }] })).toEqual([]);
  });

  it("lets only colours be colours", () => {
    const legend = { ...GRADUATED, classes: [{ min: 0, max: 1, label: "a", colour: "url(evil)" }], hidden: {} };
    expect(layerOf(legend).legend?.classes[0]?.colour).toBe(GREY);
    expect(layerOf(legend).legend?.hidden).toEqual({ label: "Hidden to protect people", colour: GREY });
  });

  it("numbers features through the pages and finds the next link", () => {
    const page = readItems(
      { features: [{ id: "a" }, { id: 7 }, {}], links: [{ rel: "self", href: "x" }, { rel: "next", href: "y?offset=3" }], numberMatched: 9 },
      101,
    );
    expect(page.features.map(({ key, id }) => [key, id])).toEqual([[101, "a"], [102, "7"], [103, "103"]]);
    expect(page.next).toBe("y?offset=3");
    expect(page.total).toBe(9);
    expect(() => readItems({ error: "no" }, 1)).toThrow();
  });

  it("opens on the first layer with a figure to show", () => {
    const layer = (id: string, empty: string | null) => layerOf(GRADUATED, "MultiPolygon", { id, "catchment:empty": empty });
    const hidden = "This layer shows no figures. All of them are hidden.";
    const [services, journeys, gaps] = [layer("providers", null), layer("journeys", hidden), layer("gaps", null)];
    expect(firstLayer([services, journeys, gaps], "providers")?.id).toBe("gaps");
    expect(firstLayer([services, journeys], "providers")?.id).toBe("providers");
    expect(firstLayer([services, layer("providers_service_areas", null), gaps], "providers")?.id).toBe("gaps");
    expect(firstLayer([journeys, layer("coverage", hidden)], "providers")?.id).toBe("journeys");
    expect(firstLayer([], "providers")).toBeNull();
    expect(journeys.empty).toBe(hidden);
  });

  it("says why a layer that is asked for is not there", () => {
    const layers = [layerOf(GRADUATED)];
    const notListed = [{ id: "gaps", title: "Gaps in reach", reason: "The study has no small areas." }];
    expect(whyAbsent(null, layers, notListed)).toBe("");
    expect(whyAbsent("test", layers, notListed)).toBe("");
    expect(whyAbsent("gaps", layers, notListed)).toBe("“Gaps in reach” is not shown: The study has no small areas. ");
    expect(whyAbsent("moon", layers, notListed)).toBe("This study has no layer “moon”. ");
  });

  it("takes headline figures as they are written", () => {
    expect(readHeadlines({ headlines: [{ label: "All", value: "5.21 km", n: 12 }, { label: "Few", value: null }, { n: 3 }] })).toEqual([
      { label: "All", value: "5.21 km", n: 12 },
      { label: "Few", value: null, n: null },
    ]);
  });
});
