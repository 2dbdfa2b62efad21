import { defineConfig } from "vite";

import { offline } from "./scripts/offline.ts";
import { precompress } from "./scripts/precompress.ts";
import { singleFile } from "./scripts/single-file.ts";

export default defineConfig(({ mode }) => ({
  // Relative, so that the page also works below another path.
  base: "./",
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // A file for each: data URLs would need a looser policy and could not be cached by themselves.
    assetsInlineLimit: 0,
    // Compressing takes most of the time, and is meant to.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  plugins: mode === "single-file" ? [singleFile(), precompress()] : [offline(), precompress()],
  server: {
    // The WebAssembly package is linked from beside this folder.
    fs: { allow: [".", "../wasm/pkg"] },
  },
}));
