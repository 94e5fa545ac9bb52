/**
 * The side panel: the choice of layer, the key, and the figures of what is selected.
 *
 * Draws what it is given and reports what the reader does. It keeps no state, fetches nothing, and does not know
 * whether there is a map beside it.
 */

import { byId, h, svg } from "./dom";
import { countOf, distinctNames, featureName, fieldsOf, formatField, hiddenReason, nameField } from "./format";
import type { Feature, Layer } from "./model";
import { hatchColour, legendRows } from "./style";
import type { LegendRow } from "./style";

/** More entries than this in one list box help nobody; the table can be searched instead. */
const LONGEST_LIST = 1000;

/** What the reader picked: often one thing, several where services share a building. */
export interface Selection {
  items: { layer: Layer; feature: Feature }[];
  index: number;
}

export interface ChoiceHandlers {
  onLayer(id: string): void;
  onServices(show: boolean): void;
}

/** Radio buttons, one a layer, and the box that puts services on top. */
export function renderChoice(layers: readonly Layer[], services: Layer | null, handlers: ChoiceHandlers): void {
  const radios = layers.map((layer) =>
    h(
      "label",
      { class: "option" },
      h("input", { type: "radio", name: "layer", value: layer.id, change: () => handlers.onLayer(layer.id) }),
      h("span", {}, layer.title),
    ),
  );
  const form = byId<HTMLFormElement>("layers");
  form.replaceChildren(h("fieldset", {}, h("legend", {}, "Layer"), ...radios));
  form.addEventListener("submit", (event) => event.preventDefault());
  if (services === null) return;
  const box = h("input", { type: "checkbox", name: "services" });
  box.addEventListener("change", () => handlers.onServices(box.checked));
  form.append(
    h(
      "fieldset",
      { id: "services-choice" },
      h("legend", {}, "On top of the layer"),
      h("label", { class: "option" }, box, h("span", {}, `Show “${services.title}” as points`)),
    ),
  );
}

/** Brings the controls in line with the state, after a link or the Back button changed it. */
export function syncChoice(layer: Layer, services: Layer | null, showServices: boolean): void {
  for (const input of byId("layers").querySelectorAll<HTMLInputElement>("input[name=layer]")) {
    input.checked = input.value === layer.id;
  }
  const box = byId("layers").querySelector<HTMLInputElement>("input[name=services]");
  if (box) box.checked = showServices;
  const fieldset = document.getElementById("services-choice");
  if (fieldset) fieldset.hidden = services === null || layer.id === services.id;
  byId("chosen").textContent = `: ${layer.title}`;
}

export function renderLegend(layer: Layer, features: readonly Feature[], overlay: Layer | null): void {
  const rows = legendRows(layer, features).map((row) =>
    h(
      "li",
      {},
      swatch(row, layer.geometry === "Point"),
      h("span", {}, row.label, h("span", { class: "count" }, ` (${countOf(row.count, layer)})`)),
    ),
  );
  if (overlay) rows.push(h("li", {}, diamondSwatch(), h("span", {}, overlay.title)));
  byId("legend-body").replaceChildren(
    h("p", { class: "key-title" }, layer.legend?.title ?? layer.title),
    h("ul", { class: "legend" }, ...rows),
  );
}

function swatch(row: LegendRow, point: boolean): SVGElement {
  const edge = { stroke: "#0b0c0c", "stroke-width": "1.5" };
  const line = { stroke: hatchColour(row.colour), "stroke-width": "2", fill: "none" };
  if (point) {
    const disc: [string, Record<string, string>] = ["circle", { cx: "14", cy: "10", r: "7", fill: row.colour, ...edge }];
    const hatch = "M9.1 14.9 18.9 5.1M7.2 11.8 15.8 3.2M12.2 16.8 20.8 8.2";
    return svg(28, 20, row.key === "hidden" ? [disc, ["path", { d: hatch, ...line }]] : [disc]);
  }
  const box: [string, Record<string, string>] = [
    "rect", { x: "1", y: "1", width: "26", height: "18", fill: row.colour, ...edge },
  ];
  if (row.key === "hidden") {
    return svg(28, 20, [box, ["path", { d: "M2 9 9 2M2 18 18 2M10 18 26 2M19 18 26 11", ...line }]]);
  }
  if (row.key === "nodata") {
    const dots = [7, 14, 21].flatMap((cx): [string, Record<string, string>][] =>
      [6, 14].map((cy) => ["circle", { cx: String(cx), cy: String(cy), r: "1.3", fill: "#505a5f" }]),
    );
    return svg(28, 20, [box, ...dots]);
  }
  return svg(28, 20, [box]);
}

function diamondSwatch(): SVGElement {
  return svg(28, 20, [["path", { d: "M14 3 21 10 14 17 7 10Z", fill: "#0b0c0c" }]]);
}

/** The list box that selects without a mouse. */
export function renderFind(layer: Layer, features: readonly Feature[], onPick: (feature: Feature) => void): void {
  const section = byId("find");
  section.hidden = features.length === 0 || features.length > LONGEST_LIST;
  if (section.hidden) return;
  const names = distinctNames(layer, features);
  const named = features
    .map((feature, index) => ({ feature, name: names[index] ?? feature.id }))
    .sort((a, b) => a.name.localeCompare(b.name, "en-GB", { numeric: true }));
  const select = byId<HTMLSelectElement>("find-select");
  select.replaceChildren(
    h("option", { value: "" }, `Choose from ${countOf(features.length, layer)}`),
    ...named.map(({ feature, name }) => h("option", { value: String(feature.key) }, name)),
  );
  select.onchange = () => {
    const chosen = features.find((feature) => String(feature.key) === select.value);
    if (chosen) onPick(chosen);
  };
}

/** The figures of one feature, in the order the server gives them: for the popup and the panel alike. */
export function factList(layer: Layer, feature: Feature): HTMLElement {
  const naming = nameField(layer);
  const rows = fieldsOf(layer, [feature])
    .filter((field) => field !== naming)
    .map((field) => fact(field.title, formatField(layer, field, feature, true)));
  const reason = hiddenReason(feature);
  if (reason) rows.push(fact("Why figures are hidden", { text: reason, kind: "value" }));
  return h("dl", { class: "facts" }, ...rows);
}

function fact(title: string, shown: { text: string; kind: string }): HTMLElement {
  return h("div", {}, h("dt", {}, title), h("dd", { class: shown.kind }, shown.text));
}

/** The heading, the facts and, where several things share the place, the way to the others. */
export function selectionContent(selection: Selection, onStep: (by: number) => void, level: "h3" | "p"): HTMLElement[] {
  const item = selection.items[selection.index];
  if (!item) return [];
  const content: HTMLElement[] = [
    h(level, { class: "selected-name" }, featureName(item.layer, item.feature)),
    h("p", { class: "small" }, item.layer.title),
  ];
  const count = selection.items.length;
  if (count > 1) {
    content.push(
      h(
        "p",
        { class: "steps" },
        h("button", { type: "button", class: "plain", "data-step": "-1", click: () => onStep(-1) }, "Previous"),
        h("span", {}, `${selection.index + 1} of ${count} here`),
        h("button", { type: "button", class: "plain", "data-step": "1", click: () => onStep(1) }, "Next"),
      ),
    );
  }
  content.push(factList(item.layer, item.feature));
  return content;
}

export function renderDetails(selection: Selection | null, onStep: (by: number) => void, onClear: () => void): void {
  const body = byId("details-body");
  if (selection === null) {
    byId("announce").textContent = "";
    body.replaceChildren(h("p", {}, "Nothing is selected yet."));
    return;
  }
  const item = selection.items[selection.index];
  byId("announce").textContent = item ? `Selected: ${featureName(item.layer, item.feature)}. Its figures follow.` : "";
  body.replaceChildren(
    ...selectionContent(selection, onStep, "h3"),
    h("button", { type: "button", class: "plain", click: onClear }, "Clear the selection"),
  );
}
