// Starts a Chromium and speaks its DevTools protocol over a pipe (fd 3 in, fd 4 out): no port, no npm package.
//
// Knows nothing of the map. Every request, console error and uncaught exception of the page and its workers is
// kept for the test to judge.
import { spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const QUIET = [
  "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--no-default-browser-check", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-default-apps", "--disable-domain-reliability",
  "--disable-features=OptimizationHints,MediaRouter,Translate", "--metrics-recording-only", "--mute-audio", "--hide-scrollbars", "--disable-dev-shm-usage",
];
export const SOFTWARE_GL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
export const NO_GL = ["--disable-gpu", "--disable-3d-apis", "--disable-software-rasterizer"];

/** The browser to use: $CHROMIUM, or the first known name on the path; null where there is none. */
export function findChromium() {
  const named = process.env.CHROMIUM ? [process.env.CHROMIUM] : [];
  const onPath = NAMES.flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)));
  for (const file of [...named, ...onPath]) {
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not this one.
    }
  }
  return null;
}

/** Starts the browser and one page in it. Host names other than `host` do not resolve. */
export async function launch(executable, { flags = SOFTWARE_GL, host = "127.0.0.1", width = 1280, height = 800 } = {}) {
  const profile = mkdtempSync(join(tmpdir(), "map-test-"));
  const child = spawn(
    executable,
    [...QUIET, ...flags, `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${host}`, `--user-data-dir=${profile}`, `--window-size=${width},${height}`, "--remote-debugging-pipe", "about:blank"],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
  );
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const pipe = connect(child, gone);
  const requests = [];
  const errors = [];
  pipe.on((method, params, session) => {
    if (method === "Network.requestWillBeSent") requests.push(params.request.url);
    if (method === "Runtime.exceptionThrown") {
      const { exceptionDetails: details } = params;
      errors.push(details.exception?.description ?? details.text);
    }
    if (method === "Runtime.consoleAPICalled" && params.type === "error") {
      errors.push(params.args.map((arg) => arg.value ?? arg.description ?? "").join(" "));
    }
    if (method === "Log.entryAdded" && params.entry.level === "error") errors.push(`${params.entry.text} ${params.entry.url ?? ""}`);
    if (method === "Target.attachedToTarget") watch(pipe, params.sessionId).catch(() => undefined);
  });
  const { targetId } = await pipe.send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await pipe.send("Target.attachToTarget", { targetId, flatten: true });
  const send = (method, params) => pipe.send(method, params, sessionId);
  await watch(pipe, sessionId);
  await send("Page.enable");

  const page = {
    requests,
    errors,
    send,
    async evaluate(expression) {
      const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    open: (url) => send("Page.navigate", { url }),
    size: (w, h, scale = 1) => send("Emulation.setDeviceMetricsOverride", { width: w, height: h, deviceScaleFactor: scale, mobile: false }),
    async click(x, y) {
      for (const type of ["mouseMoved", "mousePressed", "mouseReleased"]) {
        await send("Input.dispatchMouseEvent", { type, x, y, button: type === "mouseMoved" ? "none" : "left", clickCount: type === "mouseMoved" ? 0 : 1 });
      }
    },
    async key(key, code = key, keyCode = 0) {
      for (const type of ["rawKeyDown", "keyUp"]) {
        await send("Input.dispatchKeyEvent", { type, key, code, windowsVirtualKeyCode: keyCode });
      }
    },
    async screenshot(full = false) {
      const { data } = await send("Page.captureScreenshot", { format: "png", captureBeyondViewport: full });
      return Buffer.from(data, "base64");
    },
    async pdf() {
      return Buffer.from((await send("Page.printToPDF", { printBackground: false })).data, "base64");
    },
  };
  async function close() {
    const killer = setTimeout(() => child.kill("SIGKILL"), 5000);
    pipe.send("Browser.close").catch(() => undefined);
    await gone;
    clearTimeout(killer);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
  return { page, close };
}

/** Listens to a page or a worker from before its first request on. */
async function watch(pipe, session) {
  const send = (method, params) => pipe.send(method, params, session);
  const asked = [
    send("Network.enable"),
    send("Runtime.enable"),
    send("Log.enable"),
    send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }),
  ];
  // A worker lacks some of these domains; what it has must still be switched on before it runs.
  await Promise.allSettled(asked);
  await send("Runtime.runIfWaitingForDebugger");
}

function connect(child, gone) {
  const [, , , input, output] = child.stdio;
  const waiting = new Map();
  const listeners = [];
  let last = 0;
  let buffer = Buffer.alloc(0);
  output.on("data", (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (let end = buffer.indexOf(0); end >= 0; end = buffer.indexOf(0)) {
      receive(JSON.parse(buffer.subarray(0, end).toString("utf8")));
      buffer = buffer.subarray(end + 1);
    }
  });
  input.on("error", () => undefined);
  output.on("error", () => undefined);
  gone.then((code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the browser ended (${code})`));
    waiting.clear();
  });
  function receive(message) {
    if (message.id === undefined) {
      for (const listener of listeners) listener(message.method, message.params, message.sessionId);
      return;
    }
    const entry = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) entry?.reject(new Error(message.error.message));
    else entry?.resolve(message.result);
  }
  return {
    on: (listener) => listeners.push(listener),
    send(method, params = {}, sessionId = undefined) {
      last += 1;
      const id = last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      });
    },
  };
}
