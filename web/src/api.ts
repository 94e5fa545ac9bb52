/**
 * Talks to the server that serves this page, and to no other host.
 *
 * Every address is relative to the page (`/map/`), so the page works under any host and path. Reading the
 * answers is left to `model.ts`; nothing is cached here and nothing is shown to the user.
 */

import { readHeadlines, readItems, readLanding, readLayers } from "./model";
import type { Feature, Headline, Landing, Layer } from "./model";

const PAGE_SIZE = 10_000;
const MOST_PAGES = 500;
const TIMEOUT_MS = 60_000;

/** A failure with a message that can be shown as it stands. */
export class ApiError extends Error {
  override name = "ApiError";
}

export type Progress = (loaded: number, total: number | null) => void;

export function collectionUrl(id: string, rest = ""): string {
  return `../collections/${encodeURIComponent(id)}${rest}`;
}

export async function fetchLanding(): Promise<Landing> {
  return readLanding(await getJson("../"));
}

export async function fetchLayers(): Promise<Layer[]> {
  return readLayers(await getJson("../collections"));
}

/** The headline figures of a collection; none where the collection or its passport is not there. */
export async function fetchHeadlines(id: string): Promise<Headline[]> {
  return readHeadlines(await getJson(collectionUrl(id, "/passport")));
}

/** The background map, as GeoJSON. */
export async function fetchBase(): Promise<GeoJSON.FeatureCollection> {
  const json = await getJson("./base.geojson");
  const base = json as Partial<GeoJSON.FeatureCollection> | null;
  if (!base || !Array.isArray(base.features)) throw new ApiError("The background map could not be read.");
  return { type: "FeatureCollection", features: base.features };
}

/** Every feature of a collection, page after page, however small the server's pages are. */
export async function fetchFeatures(id: string, progress?: Progress): Promise<Feature[]> {
  const address = collectionUrl(id, "/items");
  const features: Feature[] = [];
  const seen = new Set<string>();
  let query: string | null = `?limit=${PAGE_SIZE}`;
  while (query !== null) {
    if (seen.has(query) || seen.size >= MOST_PAGES) {
      throw new ApiError("The server’s list of features does not end, so it was not loaded.");
    }
    seen.add(query);
    const json = await getJson(address + query);
    let page;
    try {
      page = readItems(json, features.length + 1);
    } catch {
      throw new ApiError("The server answered with something that is not a layer.");
    }
    features.push(...page.features);
    progress?.(features.length, page.total);
    query = nextQuery(page.next);
  }
  return features;
}

/**
 * Only the question part of a next link is used. The host and path in it are the server's own view of itself,
 * which differs from ours behind a proxy, and a link can therefore never lead to another host.
 */
export function nextQuery(href: string | null): string | null {
  if (href === null) return null;
  const search = new URL(href, "http://localhost/").search;
  return search === "" ? null : search;
}

async function getJson(address: string): Promise<unknown> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(address, {
      headers: { Accept: "application/json, application/geo+json" },
      signal: stop.signal,
    });
    if (!response.ok) throw new ApiError(await failureText(response));
    return (await response.json()) as unknown;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (stop.signal.aborted) throw new ApiError("The server took too long to answer.");
    if (error instanceof SyntaxError) throw new ApiError("The server answered with something that could not be read.");
    throw new ApiError("The server could not be reached. Check your connection.");
  } finally {
    clearTimeout(timer);
  }
}

async function failureText(response: Response): Promise<string> {
  if (response.status === 404) return "The server does not have this.";
  if (response.status === 401 || response.status === 403) return "You are not allowed to see this.";
  if (response.status === 429) return "Too many requests were made. Wait a minute, then try again.";
  const problem = (await response.json().catch(() => null)) as { detail?: unknown } | null;
  const detail = typeof problem?.detail === "string" ? ` It said: ${problem.detail}` : "";
  return `The server could not answer (error ${response.status}).${detail}`;
}
