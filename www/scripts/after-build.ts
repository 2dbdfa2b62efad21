// A step that runs once everything else of a build is written.

import path from "node:path";

import type { Plugin } from "vite";

export function afterBuild(name: string, run: (folder: string) => Promise<void>): Plugin {
  let folder = "";
  return {
    name,
    apply: "build",
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    writeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        await run(folder);
      },
    },
  };
}
