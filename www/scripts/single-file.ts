// Puts the whole playground into one HTML file that works from a USB stick: no request leaves it, and its policy
// allows its own scripts and styles by their hashes and nothing else.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

import type { Plugin, Rolldown } from "vite";

const FILE = "chatting-time.html";
const WASM = /new URL\((['"])chatting_time_wasm_bg\.wasm\1, import\.meta\.url\)/;

export function singleFile(): Plugin {
  return {
    name: "single-file",
    apply: "build",
    enforce: "post",
    config: () => ({
      publicDir: false,
      build: {
        outDir: "dist-single",
        modulePreload: false,
        cssCodeSplit: false,
        assetsInlineLimit: Number.POSITIVE_INFINITY,
        rolldownOptions: { output: { codeSplitting: false } },
      },
    }),
    transform: {
      order: "pre",
      filter: { code: WASM },
      handler(code, module) {
        return { code: withBytesOfWasm(code, path.dirname(module)), map: null };
      },
    },
    generateBundle: {
      // After Vite has put the last touch to its chunks.
      order: "post",
      handler(_options, bundle) {
        const page = bundle["index.html"];
        if (page?.type !== "asset") {
          throw new Error("the build has no index.html to put everything into");
        }
        page.fileName = FILE;
        page.source = inOneFile(page.source.toString(), bundle);
        for (const [name, output] of Object.entries(bundle)) {
          if (output !== page) {
            delete bundle[name];
          }
        }
      },
    },
  };
}

/** wasm-pack's loader would fetch the module from beside itself; here it gets the bytes. */
function withBytesOfWasm(code: string, folder: string): string {
  const bytes = readFileSync(path.join(folder, "chatting_time_wasm_bg.wasm")).toString("base64");
  return code.replace(WASM, `Uint8Array.from(atob("${bytes}"), (character) => character.charCodeAt(0))`);
}

const SCRIPT = /<script\b[^>]*\bsrc="([^"]+)"[^>]*><\/script>/g;
const STYLESHEET = /<link\b[^>]*\brel="stylesheet"[^>]*\bhref="([^"]+)"[^>]*>/g;
const ICON = /(<link\b[^>]*\brel="icon"[^>]*\bhref=")([^"]+\.svg)"/g;
/** A file that is not installed and has nothing to fetch ahead needs none of these. */
const INSTALLATION = /\s*<link\b[^>]*\brel="(?:manifest|apple-touch-icon|modulepreload)"[^>]*>/g;
const CHARSET = /<meta charset="utf-8"[^>]*>/i;

/** Replaces every element of the page that refers to a file by that file's content. */
function inOneFile(html: string, bundle: Rolldown.OutputBundle): string {
  const page = html.replace(INSTALLATION, "").replace(ICON, (_element, start: string, address: string) => {
    return `${start}data:image/svg+xml,${encodeURIComponent(contentOf(bundle, address))}"`;
  });
  refuseFurtherFiles(page.replace(SCRIPT, "").replace(STYLESHEET, ""));
  const scripts: string[] = [];
  const styles: string[] = [];
  return page
    .replace(SCRIPT, (_element, address: string) => {
      const code = contentOf(bundle, address).replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
      scripts.push(code);
      return `<script type="module">${code}</script>`;
    })
    .replace(STYLESHEET, (_element, address: string) => {
      const style = contentOf(bundle, address);
      styles.push(style);
      return `<style>${style}</style>`;
    })
    .replace(CHARSET, (element) => `${element}\n    ${policy(scripts, styles)}`);
}

function refuseFurtherFiles(html: string): void {
  const further = html.match(/\b(?:src|href)="(?!data:|#)[^"]+"/);
  if (further) {
    throw new Error(`the single file would refer to another one: ${further[0]}`);
  }
}

function contentOf(bundle: Rolldown.OutputBundle, address: string): string {
  const output = bundle[address.replace(/^\.\//, "")];
  if (!output) {
    throw new Error(`index.html refers to ${address}, which the build has not made`);
  }
  return output.type === "chunk" ? output.code : output.source.toString();
}

function policy(scripts: string[], styles: string[]): string {
  const hashes = (contents: string[]) => contents.map((content) => `'sha256-${sha256(content)}'`).join(" ");
  const directives = [
    "default-src 'none'",
    `script-src 'wasm-unsafe-eval' ${hashes(scripts)}`,
    `style-src ${hashes(styles)}`,
    // Where a server shows this file: its WebSocket. From a disk there is no such place.
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${directives.join("; ")}" />`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
