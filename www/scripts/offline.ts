// Builds the service worker once everything else is written, with the list of all files that it is to hold.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

import { build } from "vite";

import { afterBuild } from "./after-build.ts";
import { filesBelow } from "./files.ts";

export const offline = () => afterBuild("offline", writeServiceWorker);

async function writeServiceWorker(folder: string): Promise<void> {
  const files = filesBelow(folder).sort();
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(`${file}\0`).update(readFileSync(path.join(folder, file)));
  }
  const addresses = files.map((file) => (file === "index.html" ? "./" : file));
  await build({
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    define: {
      BUILD_FILES: JSON.stringify(addresses),
      BUILD_HASH: JSON.stringify(hash.digest("hex").slice(0, 16)),
    },
    build: {
      target: "es2022",
      outDir: folder,
      emptyOutDir: false,
      modulePreload: false,
      rolldownOptions: {
        input: "src/offline/service-worker.ts",
        output: { format: "iife", entryFileNames: "service-worker.js" },
      },
    },
  });
}
