/**
 * Tells the reader, and the test, how far the page is: loading, ready, or failed with a way to try again.
 *
 * `<html data-state>` always agrees with what is written. It decides nothing: main.ts does.
 */

import { ApiError } from "./api";
import { byId, h, setText } from "./dom";

function mark(value: "loading" | "ready" | "error"): void {
  document.documentElement.dataset["state"] = value;
}

export function busy(message: string): void {
  mark("loading");
  byId("error").hidden = true;
  setText("status", message);
}

export function ready(message: string): void {
  setText("status", message);
  mark("ready");
}

/** `error` is null where `what` says it all. Only an `ApiError` is worded for readers. */
export function fail(what: string, error: unknown, retry: () => void): void {
  const why = error instanceof ApiError ? error.message : error === null ? null : "Something went wrong in this page.";
  const again = (): void => {
    // The button is about to go; the keyboard goes on from the top of the content.
    byId("main").focus({ preventScroll: true });
    retry();
  };
  setText("status", null);
  const box = byId("error");
  box.replaceChildren(
    h("p", {}, h("strong", {}, what)),
    h("p", {}, why),
    h("button", { type: "button", click: again }, "Try again"),
  );
  box.hidden = false;
  mark("error");
}
