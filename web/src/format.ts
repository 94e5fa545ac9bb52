/**
 * Figures, dates and names as people read them, in British English.
 *
 * Pure. It never rounds a figure more coarsely than the server published it, apart from cutting the meaningless
 * tail of a ratio, and it never turns a missing figure into a number.
 */

import { HIDDEN_LABEL, isHidden, isPartlyHidden } from "./model";
import type { Feature, Field, Layer } from "./model";

export interface Shown {
  text: string;
  kind: "value" | "hidden" | "nodata";
}

const collator = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" });

const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];

/** "2023-03-06" to "6 March 2023". No `Date`: its time zone could move the day. */
export function formatDate(text: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T.*)?$/.exec(text);
  const month = match ? MONTHS[Number(match[2]) - 1] : undefined;
  return match && month ? `${Number(match[3])} ${month} ${match[1]}` : text;
}

function isMoney(unit: string | null): unit is string {
  return unit !== null && (unit.startsWith("£") || /^(GBP|pounds)$/i.test(unit));
}

function isYear(field: Field): boolean {
  return field.unit === "year" || /(^|_)(year|vintage)$/.test(field.name);
}

/** A number without its unit, as a table's cell shows it. */
export function formatNumber(value: number, field: Field): string {
  if (isYear(field)) return String(value);
  if (isMoney(field.unit)) {
    const digits = Number.isInteger(value) && Math.abs(value) >= 1000 ? 0 : 2;
    return `£${plain(value, digits, digits)}`;
  }
  if (value !== 0 && Math.abs(value) < 0.001) return value < 0 ? "between \u22120.001 and 0" : "less than 0.001";
  return plain(value, 0, field.unit === "km" || field.unit === "%" ? 2 : 3);
}

const formats = new Map<string, Intl.NumberFormat>();

/** Making a number format takes far longer than using it, and a table needs thousands: each is made once. */
function plain(value: number, least: number, most: number): string {
  const key = `${least} ${most}`;
  const format =
    formats.get(key) ??
    new Intl.NumberFormat("en-GB", { minimumFractionDigits: least, maximumFractionDigits: most });
  formats.set(key, format);
  return format.format(value).replace("-", "\u2212");
}

/** A number with its unit, as a sentence or the panel shows it. */
export function formatWithUnit(value: number, field: Field): string {
  const number = formatNumber(value, field);
  const { unit } = field;
  if (unit === null || isYear(field)) return number;
  if (isMoney(unit)) return unit.startsWith("£") ? number + unit.slice(1) : number;
  if (unit === "%") return `${number}%`;
  return `${number}\u00a0${singular(unit, value)}`;
}

function singular(unit: string, value: number): string {
  if (value !== 1) return unit;
  if (unit === "people") return "person";
  return /^[a-z]{4,}s$/.test(unit) ? unit.slice(0, -1) : unit;
}

export function hiddenLabel(layer: Layer): string {
  return layer.legend?.hidden.label ?? HIDDEN_LABEL;
}

/** Why the feature's figures are hidden, or null where they aren't or no reason was given. */
export function hiddenReason(feature: Feature): string | null {
  const reason = feature.properties["suppressed_reason"];
  return typeof reason === "string" && reason !== "" ? reason : null;
}

/** What one field of one feature says. `withUnit` is for the panel; a table has the unit in its header. */
export function formatField(layer: Layer, field: Field, feature: Feature, withUnit: boolean): Shown {
  const value = feature.properties[field.name];
  if (value === null || value === undefined || value === "") {
    return isHidden(feature.properties, field.name)
      ? { text: hiddenLabel(layer), kind: "hidden" }
      : { text: "No data", kind: "nodata" };
  }
  return { text: formatValue(layer, field, value, withUnit), kind: "value" };
}

function formatValue(layer: Layer, field: Field, value: unknown, withUnit: boolean): string {
  const { legend } = layer;
  if (legend?.kind === "categorised" && legend.field === field.name) {
    const match = legend.classes.find((entry) => entry.value === value);
    if (match) return match.label;
  }
  if (typeof value === "number") return withUnit ? formatWithUnit(value, field) : formatNumber(value, field);
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "string") return formatDate(value);
  if (Array.isArray(value)) return value.map(String).join(", ");
  return JSON.stringify(value);
}

const COUNT: Field = { name: "n", title: "Number this is based on", unit: null, description: null };

/** What to show of the features, in order: the layer's fields, and the count behind them if it isn't one of them. */
export function fieldsOf(layer: Layer, features: readonly Feature[]): Field[] {
  const counted = features.some((feature) => feature.properties["n"] !== undefined);
  return counted && !layer.fields.some((field) => field.name === "n") ? [...layer.fields, COUNT] : layer.fields;
}

/** "Mean distance by road (km)". */
export function columnTitle(field: Field): string {
  return field.unit === null || isYear(field) ? field.title : `${field.title} (${field.unit})`;
}

/** The field that names a feature, if there is one: `name`, or the first that ends in it. */
export function nameField(layer: Layer): Field | null {
  return (
    layer.fields.find((field) => field.name === "name") ??
    layer.fields.find((field) => /(^|_)name$/.test(field.name)) ??
    layer.fields.find((field) => field.name === "title") ??
    null
  );
}

export function featureName(layer: Layer, feature: Feature): string {
  const field = nameField(layer);
  const value = feature.properties[field?.name ?? "name"];
  return typeof value === "string" && value !== "" ? value : feature.id;
}

/** The features' names in order; where two share one, each is told apart by the next words known of it. */
export function distinctNames(layer: Layer, features: readonly Feature[]): string[] {
  const names = features.map((feature) => featureName(layer, feature));
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  const naming = nameField(layer);
  return names.map((name, index) => {
    const feature = features[index];
    if (times.get(name) === 1 || feature === undefined) return name;
    const words = layer.fields
      .filter((field) => field !== naming)
      .map((field) => feature.properties[field.name])
      .find((value) => typeof value === "string" && value !== "");
    return `${name}, ${typeof words === "string" ? formatDate(words) : feature.id}`;
  });
}

/** "1 area", "2 areas", "1,204 places". */
export function countOf(count: number, layer: Layer): string {
  const noun = layer.geometry === "Point" ? "place" : "area";
  return `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;
}

/** What is on show: "192 areas; in 28 the figures are hidden to protect people. In 3 areas only some figures are." */
export function summary(layer: Layer, features: readonly Feature[]): string {
  if (layer.empty !== null) return layer.empty;
  if (features.length === 0) return "This layer is empty: the study has nothing to show in it.";
  const hidden = features.filter((feature) => feature.properties["suppressed"] === true).length;
  const partly = features.filter((feature) => isPartlyHidden(feature.properties)).length;
  const all = countOf(features.length, layer);
  const whole = hidden === 0 ? `${all}.` : `${all}; in ${hidden.toLocaleString("en-GB")} the figures are hidden to protect people.`;
  if (partly === 0) return whole;
  return `${whole} In ${countOf(partly, layer)} only some figures are${hidden === 0 ? " hidden to protect people" : ""}.`;
}

/** Orders two values of one column. What is missing comes last, whichever way the column is sorted. */
export function compareValues(a: unknown, b: unknown, descending: boolean): number {
  const missingA = a === null || a === undefined || a === "";
  const missingB = b === null || b === undefined || b === "";
  if (missingA || missingB) return Number(missingA) - Number(missingB);
  const order =
    typeof a === "number" && typeof b === "number"
      ? a - b
      : collator.compare(String(a), String(b));
  return descending ? -order : order;
}
