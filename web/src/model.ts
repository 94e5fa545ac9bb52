/**
 * What the server sends, as types, and the reading of unknown JSON into them.
 *
 * Reads only what the page uses and is forgiving about the rest: a missing title becomes the id, a colour that
 * is not a colour becomes grey. It fetches nothing and draws nothing.
 */

export interface GraduatedClass {
  /** Inclusive; null means open. */
  min: number | null;
  /** Exclusive; null means open. */
  max: number | null;
  label: string;
  colour: string;
}

export interface CategoryClass {
  value: string | number | boolean;
  label: string;
  colour: string;
}

interface LegendBase {
  field: string;
  title: string;
  hidden: { label: string; colour: string };
}

export type Legend =
  | (LegendBase & { kind: "graduated"; classes: GraduatedClass[] })
  | (LegendBase & { kind: "categorised"; classes: CategoryClass[] });

export interface Field {
  name: string;
  title: string;
  unit: string | null;
  description: string | null;
}

export interface Layer {
  id: string;
  title: string;
  description: string | null;
  geometry: "Point" | "MultiPolygon";
  legend: Legend | null;
  fields: Field[];
  notice: string | null;
  method: string | null;
  attribution: string | null;
  /** Why none of its features has a figure to colour; null where one has. */
  empty: string | null;
}

export type Properties = Record<string, unknown>;

export interface Feature {
  /** Position in the layer counted from 1: MapLibre needs a number, the server's ids may be text. */
  key: number;
  id: string;
  geometry: GeoJSON.Geometry | null;
  properties: Properties;
}

export interface NotListed {
  id: string;
  title: string;
  reason: string;
}

export interface Landing {
  title: string;
  description: string | null;
  notice: string | null;
  attribution: string | null;
  notListed: NotListed[];
}

export interface Headline {
  label: string;
  value: string | null;
  n: number | null;
}

export const HIDDEN_LABEL = "Hidden to protect people";
export const GREY = "#8a9199";

/**
 * Whether a field that has no value is hidden rather than not known. The server names what it hid; where it names
 * nothing, a feature hidden as a whole is taken to have hidden all it lacks.
 */
export function isHidden(properties: Properties, field: string): boolean {
  const named = hiddenNames(properties);
  return named.length > 0 ? named.includes(field) : properties["suppressed"] === true;
}

/** Whether the feature's main figure is there and only others are hidden. */
export function isPartlyHidden(properties: Properties): boolean {
  return properties["suppressed"] !== true && hiddenNames(properties).length > 0;
}

function hiddenNames(properties: Properties): string[] {
  const names = properties["suppressed_fields"];
  return typeof names === "string" ? names.split(";").filter((name) => name !== "") : [];
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function text(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function colour(value: unknown): string {
  return typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value) ? value.toLowerCase() : GREY;
}

export function readLanding(json: unknown): Landing {
  const doc = isObject(json) ? json : {};
  return {
    title: text(doc["title"]) ?? "Map of services",
    description: text(doc["description"]),
    notice: text(doc["notice"]),
    attribution: text(doc["attribution"]),
    notListed: list(doc["not_listed"]).map((entry) => {
      const id = text(entry["id"]) ?? "";
      return {
        id,
        title: text(entry["title"]) ?? id,
        reason: text(entry["reason"]) ?? "No reason was given.",
      };
    }),
  };
}

/** The collections that the map can show; one without a known geometry type is left out. */
export function readLayers(json: unknown): Layer[] {
  const collections = isObject(json) ? list(json["collections"]) : [];
  return collections.map(readLayer).filter((layer) => layer !== null);
}

function readLayer(doc: Json): Layer | null {
  const id = text(doc["id"]);
  const geometry = doc["catchment:geometry"];
  if (id === null || (geometry !== "Point" && geometry !== "MultiPolygon")) return null;
  return {
    id,
    title: text(doc["title"]) ?? id,
    description: text(doc["description"]),
    geometry,
    legend: readLegend(doc["catchment:legend"]),
    fields: list(doc["catchment:fields"]).map(readField).filter((field) => field !== null),
    notice: text(doc["catchment:notice"]),
    method: text(doc["catchment:method"]),
    attribution: text(doc["attribution"]),
    empty: text(doc["catchment:empty"]),
  };
}

/** The layer to open on: the first with a figure to show; those about services, which stand on top of the others anyway, last. */
export function firstLayer(layers: readonly Layer[], services: string): Layer | null {
  const own = layers.filter((layer) => layer.id === services || layer.id.startsWith(`${services}_`));
  const others = layers.filter((layer) => !own.includes(layer));
  const all = [...others, ...own];
  return all.find((layer) => layer.empty === null) ?? all[0] ?? null;
}

/** Why a layer that the address names is not shown; empty where it is, or where none is named. */
export function whyAbsent(id: string | null, layers: readonly Layer[], notListed: readonly NotListed[]): string {
  if (id === null || layers.some((layer) => layer.id === id)) return "";
  const entry = notListed.find((one) => one.id === id);
  return entry ? `“${entry.title}” is not shown: ${entry.reason} ` : `This study has no layer “${id}”. `;
}

function readField(doc: Json): Field | null {
  const name = text(doc["name"]);
  if (name === null) return null;
  return {
    name,
    title: text(doc["title"]) ?? name,
    unit: text(doc["unit"]),
    description: text(doc["description"]),
  };
}

function readLegend(json: unknown): Legend | null {
  if (!isObject(json)) return null;
  const field = text(json["field"]);
  if (field === null) return null;
  const hiddenDoc = isObject(json["hidden"]) ? json["hidden"] : {};
  const base: LegendBase = {
    field,
    title: text(json["title"]) ?? field,
    hidden: { label: text(hiddenDoc["label"]) ?? HIDDEN_LABEL, colour: colour(hiddenDoc["colour"]) },
  };
  const classes = list(json["classes"]);
  if (json["kind"] === "graduated") {
    return { ...base, kind: "graduated", classes: classes.map(readGraduated) };
  }
  if (json["kind"] === "categorised") {
    return { ...base, kind: "categorised", classes: classes.map(readCategory).filter((c) => c !== null) };
  }
  return null;
}

function readGraduated(doc: Json): GraduatedClass {
  return {
    min: number(doc["min"]),
    max: number(doc["max"]),
    label: text(doc["label"]) ?? "",
    colour: colour(doc["colour"]),
  };
}

function readCategory(doc: Json): CategoryClass | null {
  const value = doc["value"];
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return null;
  return { value, label: text(doc["label"]) ?? String(value), colour: colour(doc["colour"]) };
}

/** One page of items: its features (keys counted on from `first`), the next link and the total where stated. */
export function readItems(json: unknown, first: number): { features: Feature[]; next: string | null; total: number | null } {
  if (!isObject(json) || !Array.isArray(json["features"])) {
    throw new Error("the answer is not a list of features");
  }
  const features = list(json["features"]).map((doc, index) => {
    const key = first + index;
    const id = doc["id"];
    return {
      key,
      id: typeof id === "string" || typeof id === "number" ? String(id) : String(key),
      geometry: isObject(doc["geometry"]) ? (doc["geometry"] as unknown as GeoJSON.Geometry) : null,
      properties: isObject(doc["properties"]) ? doc["properties"] : {},
    };
  });
  const next = list(json["links"]).find((link) => link["rel"] === "next");
  return { features, next: next ? text(next["href"]) : null, total: number(json["numberMatched"]) };
}

export function readHeadlines(json: unknown): Headline[] {
  if (!isObject(json)) return [];
  return list(json["headlines"]).flatMap((doc) => {
    const label = text(doc["label"]);
    if (label === null) return [];
    const value = number(doc["value"]);
    return [{ label, value: text(doc["value"]) ?? (value === null ? null : String(value)), n: number(doc["n"]) }];
  });
}
