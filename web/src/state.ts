/**
 * What the page's address remembers: the layer, the view, and whether services are shown on top.
 *
 * Pure text in, state out. It does not touch the address bar (main.ts does), and it does not know which layers
 * exist: a layer that the study lacks is for the caller to refuse.
 */

export type View = "map" | "table";

export interface State {
  layer: string | null;
  view: View;
  services: boolean;
}

export const DEFAULT_STATE: State = { layer: null, view: "map", services: true };

/** Reads `#layer=coverage&view=table&services=off`. Whatever is missing or not understood takes its default. */
export function parseHash(hash: string): State {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const layer = values.get("layer");
  return {
    layer: layer !== null && /^[\w.:-]{1,100}$/.test(layer) ? layer : DEFAULT_STATE.layer,
    view: values.get("view") === "table" ? "table" : DEFAULT_STATE.view,
    services: values.get("services") !== "off",
  };
}

/** The shortest address that brings the same state back. */
export function formatHash(state: State): string {
  const values = new URLSearchParams();
  if (state.layer !== null) values.set("layer", state.layer);
  if (state.view !== DEFAULT_STATE.view) values.set("view", state.view);
  if (!state.services) values.set("services", "off");
  const text = values.toString();
  return text === "" ? "" : `#${text}`;
}
