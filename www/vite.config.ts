import { defineConfig } from "vite";

export default defineConfig({
  // Relative, so that the page also works below another path.
  base: "./",
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // Data URLs would need a looser policy; every file is compressed and cached by itself.
    assetsInlineLimit: 0,
  },
  server: {
    // The WebAssembly package is linked from beside this folder.
    fs: { allow: [".", "../wasm/pkg"] },
  },
});
