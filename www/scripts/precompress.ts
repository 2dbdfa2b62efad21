// Writes `<file>.br` and `<file>.gz` beside every file that they make smaller, as small as they get: the server
// sends them as they are.

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

import { afterBuild } from "./after-build.ts";
import { filesBelow } from "./files.ts";

const COMPRESSIBLE = /\.(css|html|js|json|svg|txt|wasm|webmanifest)$/;

export const precompress = () =>
  afterBuild("precompress", async (folder) => {
    const files = filesBelow(folder).filter((file) => COMPRESSIBLE.test(file));
    await Promise.all(files.map((file) => compress(path.join(folder, file))));
  });

async function compress(file: string): Promise<void> {
  const content = readFileSync(file);
  const brotli = promisify(brotliCompress)(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
  const gzipped = promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION });
  const variants = [
    { suffix: ".br", bytes: await brotli },
    { suffix: ".gz", bytes: await gzipped },
  ];
  for (const { suffix, bytes } of variants) {
    if (bytes.length < content.length) {
      writeFileSync(file + suffix, bytes);
    }
  }
}
