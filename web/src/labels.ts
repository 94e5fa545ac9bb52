/**
 * The names of areas as small pictures, drawn by the browser with the reader's own fonts.
 *
 * MapLibre's text would need glyph files from a server; a picture of the word needs none, and MapLibre still keeps
 * the pictures from lying over one another. It places nothing itself.
 */

import type { Pixels } from "./style";

/** Drawn at the screen's own sharpness: scaled letters lose their dots. */
const RATIO = Math.max(1, Math.ceil(globalThis.devicePixelRatio ?? 1));
const FONT_PX = 13;
const LINE_PX = 15;
const EDGE_PX = 3;
const LONG = 16;

export const LABEL_RATIO = RATIO;

/** The word in dark letters with a white edge, or null where the browser has no 2D canvas. */
export function labelPixels(name: string): Pixels | null {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  const font = `600 ${FONT_PX * RATIO}px system-ui, Arial, Helvetica, sans-serif`;
  context.font = font;
  const lines = splitLabel(name);
  const widest = Math.max(...lines.map((line) => context.measureText(line).width));
  canvas.width = Math.ceil(widest) + 2 * EDGE_PX * RATIO;
  canvas.height = (lines.length * LINE_PX + 2 * EDGE_PX) * RATIO;
  // Changing the size has cleared every setting.
  context.font = font;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = EDGE_PX * RATIO;
  context.strokeStyle = "rgba(255, 255, 255, 0.9)";
  context.fillStyle = "#0b0c0c";
  lines.forEach((line, index) => {
    const y = (EDGE_PX + (index + 0.5) * LINE_PX) * RATIO;
    context.strokeText(line, canvas.width / 2, y);
    context.fillText(line, canvas.width / 2, y);
  });
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  return { data, width, height };
}

/** A long name goes on two lines, broken at the space nearest its middle. */
export function splitLabel(name: string): string[] {
  if (name.length <= LONG) return [name];
  const middle = name.length / 2;
  let best = -1;
  for (let at = name.indexOf(" "); at >= 0; at = name.indexOf(" ", at + 1)) {
    if (best < 0 || Math.abs(at - middle) < Math.abs(best - middle)) best = at;
  }
  return best < 0 ? [name] : [name.slice(0, best), name.slice(best + 1)];
}
