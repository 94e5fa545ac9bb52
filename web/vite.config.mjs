// How the page is built. The built page uses relative addresses only, so that it works under /map/ on any
// host and behind a proxy that adds a path of its own.
//
// `npm run dev` serves the sources at /map/ and takes the data from the mock server (`npm run mock`).
import { defineConfig } from "vitest/config";

const mock = process.env.MOCK ?? "http://127.0.0.1:8089";

export default defineConfig(({ command }) => ({
  base: command === "serve" ? "/map/" : "./",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Everything the page loads is a file of its own: the server's content policy refuses data: scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // MapLibre alone is above the default limit; it is loaded apart from the rest of the page.
    chunkSizeWarningLimit: 1300,
    license: { fileName: "licences.txt" },
  },
  worker: { format: "es" },
  server: {
    proxy: {
      "^/$": mock,
      "^/collections": mock,
      "^/map/base.geojson$": mock,
    },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
}));
