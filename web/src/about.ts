/**
 * The words around the map: title, notice, headline figures, method, sources and what is not shown.
 *
 * Only sets text that the server sent. It computes nothing and knows nothing of the map.
 */

import { collectionUrl } from "./api";
import { byId, h, setText } from "./dom";
import { columnTitle, formatDate } from "./format";
import { HIDDEN_LABEL } from "./model";
import type { Feature, Headline, Landing, Layer } from "./model";

export function renderLanding(landing: Landing): void {
  setText("title", landing.title);
  setText("description", landing.description);
  const notice = byId("notice");
  notice.hidden = landing.notice === null;
  notice.replaceChildren(h("p", { class: "wrap" }, landing.notice ?? ""));
  byId("not-listed").hidden = landing.notListed.length === 0;
  byId("not-listed-list").replaceChildren(
    ...landing.notListed.map((entry) => h("div", {}, h("dt", {}, entry.title), h("dd", {}, entry.reason))),
  );
}

export function renderHeadlines(headlines: readonly Headline[], passportOf: string): void {
  byId("headlines").hidden = headlines.length === 0;
  byId("headline-list").replaceChildren(
    ...headlines.map(({ label, value, n }) =>
      h(
        "div",
        {},
        h("dt", {}, label),
        h("dd", value === null ? { class: "hidden" } : {}, value ?? HIDDEN_LABEL),
        n === null ? null : h("dd", { class: "small" }, `based on ${n.toLocaleString("en-GB")}`),
      ),
    ),
  );
  byId("headline-note").replaceChildren(
    h("a", { href: collectionUrl(passportOf, "/passport") }, "How these figures were worked out and what they are based on"),
  );
}

/** Title, description and notice of the layer on show. The study's own notice is not said twice. */
export function renderLayerHead(layer: Layer, landing: Landing): void {
  setText("layer-title", layer.title);
  setText("layer-description", layer.description);
  setText("layer-notice", layer.notice === landing.notice ? null : layer.notice);
  document.title = `${layer.title} – ${landing.title}`;
  const sources = [layer.attribution, landing.attribution].filter((text) => text !== null);
  setText("attribution", sources.length === 0 ? null : `Sources: ${[...new Set(sources)].join(" · ")}`);
}

export function renderMethod(layer: Layer, features: readonly Feature[]): void {
  const method = layer.method ?? commonText(features, "method");
  const date = commonText(features, "reference_date");
  const meanings = layer.fields.filter((field) => field.description !== null);
  const parts = [
    method === null ? null : h("p", {}, method),
    date === null ? null : h("p", {}, `These figures describe ${formatDate(date)}.`),
    h(
      "ul",
      {},
      h(
        "li",
        {},
        h("a", { href: collectionUrl(layer.id, "/passport") }, "Sources and method"),
        ": every input with its date, the settings, what the figures leave out, and what was rounded or hidden",
      ),
      h(
        "li",
        {},
        h("a", { href: collectionUrl(layer.id) }, "The layer for other software"),
        ": QGIS and others read it as OGC API Features",
      ),
    ),
    meanings.length === 0
      ? null
      : h(
          "details",
          { class: "meanings" },
          h("summary", {}, "What each figure means"),
          h(
            "dl",
            {},
            ...meanings.map((field) =>
              h("div", {}, h("dt", {}, columnTitle(field)), h("dd", {}, field.description)),
            ),
          ),
        ),
  ];
  byId("how").hidden = false;
  byId("how-body").replaceChildren(...parts.filter((part) => part !== null));
}

/** A text that the features carry, if they all carry the same one. */
function commonText(features: readonly Feature[], name: string): string | null {
  const first = features[0]?.properties[name];
  if (typeof first !== "string" || first === "") return null;
  return features.every((feature) => feature.properties[name] === first) ? first : null;
}
