/**
 * Making page elements without ever turning text into markup.
 *
 * Everything the server sends reaches the page through here as text. It knows nothing of maps or layers.
 */

type Child = Node | string | null;
type Attributes = Record<string, string | boolean | ((event: Event) => void)>;

/** `h("button", { type: "button", click: go }, "Try again")`: functions become listeners, `true` an empty attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** An element that index.html is known to hold. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no element ${id}`);
  return element as T;
}

/** Fills an element with text and shows it, or hides it where there is none. */
export function setText(id: string, text: string | null): void {
  const element = byId(id);
  element.textContent = text ?? "";
  element.hidden = text === null;
}

const SVG = "http://www.w3.org/2000/svg";

/** A drawing made of plain shapes: unlike a background colour it is printed, and kept in high-contrast modes. */
export function svg(width: number, height: number, shapes: [tag: string, attributes: Record<string, string>][]): SVGElement {
  const root = document.createElementNS(SVG, "svg");
  root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  root.setAttribute("width", String(width));
  root.setAttribute("height", String(height));
  root.setAttribute("aria-hidden", "true");
  root.setAttribute("class", "swatch");
  for (const [tag, attributes] of shapes) {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    root.append(shape);
  }
  return root;
}
