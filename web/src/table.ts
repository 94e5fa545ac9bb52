/**
 * The layer as a table: the map's full equal for anyone who can't or would rather not use a map.
 *
 * Sorting and searching happen in the page, on what was already loaded. It shows the same words as the panel and
 * changes no figure.
 */

import { h } from "./dom";
import { columnTitle, compareValues, countOf, featureName, fieldsOf, formatField, hiddenReason, nameField } from "./format";
import type { Feature, Field, Layer } from "./model";

/** Rows drawn at once; ten thousand would make a slow laptop slower. */
const STEP = 200;

export interface TableOptions {
  /** Null where there is no map to show a row on. */
  onShow: ((feature: Feature) => void) | null;
}

interface Sort {
  column: string;
  descending: boolean;
}

/** Features whose name or figures hold the words, in the wanted order. Pure, so that it can be tested. */
export function arrange(layer: Layer, features: readonly Feature[], query: string, sort: Sort | null): Feature[] {
  const words = query.toLocaleLowerCase("en-GB").split(/\s+/).filter((word) => word !== "");
  const found = features.filter((feature) => {
    if (words.length === 0) return true;
    const cells = fieldsOf(layer, [feature]).map((field) => formatField(layer, field, feature, false).text);
    const text = [featureName(layer, feature), ...cells].join(" ").toLocaleLowerCase("en-GB");
    return words.every((word) => text.includes(word));
  });
  if (sort === null) return found;
  const value = (feature: Feature): unknown =>
    sort.column === "" ? featureName(layer, feature) : feature.properties[sort.column];
  return found.sort((a, b) => compareValues(value(a), value(b), sort.descending));
}

export function renderTable(container: HTMLElement, layer: Layer, features: readonly Feature[], options: TableOptions): void {
  const naming = nameField(layer);
  const columns = fieldsOf(layer, features).filter((field) => field !== naming);
  const withReason = features.some((feature) => hiddenReason(feature) !== null);
  let sort: Sort | null = null;
  let shown = STEP;

  const search = h("input", { type: "search", id: "table-search", autocomplete: "off" });
  const total = h("p", { class: "small", role: "status" });
  const body = h("tbody");
  const more = h("p", { class: "more" });
  const headers = [
    headerCell(naming?.title ?? "Name", "", false),
    ...columns.map((field) => headerCell(columnTitle(field), field.name, isNumeric(field, features))),
  ];
  const extra = [
    withReason ? h("th", { scope: "col" }, "Why figures are hidden") : null,
    options.onShow ? h("th", { scope: "col", class: "show" }, "Map") : null,
  ].filter((cell) => cell !== null);

  function headerCell(title: string, column: string, numeric: boolean): HTMLTableCellElement {
    const cell = h("th", { scope: "col", class: numeric ? "number" : "", "data-column": column });
    cell.append(h("button", { type: "button", click: () => sortBy(column) }, title));
    return cell;
  }

  function sortBy(column: string): void {
    sort = { column, descending: sort?.column === column && !sort.descending };
    for (const cell of headers) {
      if (cell.dataset["column"] === column) cell.setAttribute("aria-sort", sort.descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    draw();
  }

  function row(feature: Feature): HTMLTableRowElement {
    const name = featureName(layer, feature);
    const cells: HTMLElement[] = [h("th", { scope: "row" }, name)];
    for (const field of columns) {
      const { text, kind } = formatField(layer, field, feature, false);
      const numeric = typeof feature.properties[field.name] === "number" ? "number" : "";
      cells.push(h("td", { class: `${kind} ${numeric}`.trim() }, text));
    }
    if (withReason) cells.push(h("td", {}, hiddenReason(feature) ?? ""));
    const { onShow } = options;
    if (onShow) {
      const label = h("span", { class: "unseen" }, ` ${name} on the map`);
      const button = h("button", { type: "button", class: "plain", click: () => onShow(feature) }, "Show", label);
      cells.push(h("td", { class: "show" }, button));
    }
    return h("tr", {}, ...cells);
  }

  function draw(): void {
    const found = arrange(layer, features, search.value, sort);
    const visible = found.slice(0, shown);
    body.replaceChildren(...visible.map(row));
    total.textContent =
      visible.length < found.length
        ? `The first ${countOf(visible.length, layer)} of ${found.length.toLocaleString("en-GB")}.`
        : search.value === ""
          ? ""
          : `${countOf(found.length, layer)} found.`;
    const left = found.length - visible.length;
    more.replaceChildren(
      ...(left <= 0
        ? []
        : [
            h("button", { type: "button", class: "plain", click: () => showMore(shown + STEP) }, `Show ${Math.min(STEP, left)} more`),
            h("button", { type: "button", class: "plain", click: () => showMore(found.length) }, `Show all ${found.length.toLocaleString("en-GB")}`),
          ]),
    );
  }

  function showMore(count: number): void {
    const from = body.rows.length;
    shown = count;
    draw();
    // The button that was pressed is gone: keep the keyboard where the new rows begin.
    const next = body.rows[from]?.cells[0];
    next?.setAttribute("tabindex", "-1");
    next?.focus();
  }

  search.addEventListener("input", () => {
    shown = STEP;
    draw();
  });
  container.replaceChildren(
    h("p", { class: "search" }, h("label", { for: "table-search" }, "Search this table"), search),
    total,
    h(
      "div",
      { class: "scroll", role: "region", "aria-label": `Table: ${layer.title}`, tabindex: "0" },
      h(
        "table",
        {},
        h("caption", {}, layer.title, h("span", { class: "small hint" }, " Select a column’s title to sort by it.")),
        h("thead", {}, h("tr", {}, ...headers, ...extra)),
        body,
      ),
    ),
    more,
  );
  draw();
}

function isNumeric(field: Field, features: readonly Feature[]): boolean {
  const values = features.map((feature) => feature.properties[field.name]).filter((value) => value !== null && value !== undefined);
  return values.length > 0 && values.every((value) => typeof value === "number");
}
