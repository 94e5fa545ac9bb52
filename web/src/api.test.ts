import { afterEach, describe, expect, it, vi } from "vitest";
import { fetchFeatures, fetchLanding, nextQuery } from "./api";

const asked: string[] = [];

function answerWith(answer: (address: string) => { status?: number; json?: unknown }): void {
  asked.length = 0;
  vi.stubGlobal("fetch", (address: string) => {
    asked.push(address);
    const { status = 200, json } = answer(address);
    return Promise.resolve(new Response(json === undefined ? "<html>" : JSON.stringify(json), { status }));
  });
}

afterEach(() => vi.unstubAllGlobals());

describe("paging", () => {
  it("follows next links to the end, on this server only", async () => {
    answerWith((address) => {
      const offset = Number(new URL(address, "http://x/map/").searchParams.get("offset") ?? 0);
      const links = offset < 2 ? [{ rel: "next", href: `https://elsewhere.invalid/other/items?limit=1&offset=${offset + 1}` }] : [];
      return { json: { features: [{ id: offset }], links, numberMatched: 3 } };
    });
    const progress: number[] = [];
    const features = await fetchFeatures("gaps", (count) => progress.push(count));
    expect(features.map(({ id }) => id)).toEqual(["0", "1", "2"]);
    expect(features.map(({ key }) => key)).toEqual([1, 2, 3]);
    expect(progress).toEqual([1, 2, 3]);
    expect(asked.every((address) => address.startsWith("../collections/gaps/items?"))).toBe(true);
  });

  it("ends where a server's links run in a circle", async () => {
    answerWith(() => ({ json: { features: [], links: [{ rel: "next", href: "?offset=1" }] } }));
    await expect(fetchFeatures("gaps")).rejects.toThrow("does not end");
  });

  it("uses the question part of a link alone", () => {
    expect(nextQuery(null)).toBeNull();
    expect(nextQuery("/collections/a/items")).toBeNull();
    expect(nextQuery("https://other.invalid/a?offset=5")).toBe("?offset=5");
  });
});

describe("failures", () => {
  it("are put in words", async () => {
    answerWith(() => ({ status: 404, json: {} }));
    await expect(fetchLanding()).rejects.toThrow("does not have this");
    answerWith(() => ({ status: 500, json: { detail: "the disk is full" } }));
    await expect(fetchLanding()).rejects.toThrow("error 500). It said: the disk is full");
    answerWith(() => ({}));
    await expect(fetchLanding()).rejects.toThrow("could not be read");
    answerWith(() => ({ json: { no: "features" } }));
    await expect(fetchFeatures("gaps")).rejects.toThrow("not a layer");
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(fetchLanding()).rejects.toThrow("could not be reached");
  });
});
