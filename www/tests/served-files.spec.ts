// The built page as the real server sends it: types, compressed forms, caching, and the headers that protect its reader.

import { readdirSync, readFileSync } from "node:fs";
import { type IncomingHttpHeaders, type RequestOptions, request } from "node:http";
import path from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { test as base, expect } from "@playwright/test";

import { startServer } from "./server.ts";

/** One server for all: nothing here changes it. */
const test = base.extend<object, { site: string }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants to see which fixtures are used
    async ({}, use) => {
      const server = await startServer();
      await use(server.page);
      await server.stop();
    },
    { scope: "worker" },
  ],
});

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

const DECODE: Record<string, (body: Buffer) => Buffer> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  identity: (body) => body,
};

/** Nothing but what the page needs of its own server. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Every file of the build by the path under which it is served. */
const FILES = new Map<string, Buffer>([
  ["/", readFileSync("dist/index.html")],
  ...below("dist"),
  ...below("dist-single"),
]);

test("every file of the build is served as it is, with its type, and held for as long as its name", async ({
  site,
}) => {
  const types = new Set<string>();
  for (const [file, content] of FILES) {
    const { status, headers, body } = await ask(site, file);
    const extension = path.extname(file) || ".html";
    const caching = file.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
    expect({ status, type: headers["content-type"], caching: headers["cache-control"] }, file).toEqual({
      status: 200,
      type: TYPES[extension],
      caching,
    });
    expect(body.equals(content), file).toBe(true);
    expect(headers["content-encoding"], file).toBeUndefined();
    types.add(extension);
  }
  expect([...types].sort(), "the build has files of every type").toEqual(Object.keys(TYPES));
});

test("whoever takes Brotli or gzip gets it, smaller, and the same once it is decoded", async ({ site }) => {
  for (const [file, content] of FILES) {
    for (const [accepted, encoding] of [
      ["gzip, deflate, br, zstd", "br"],
      ["gzip, deflate", "gzip"],
      ["deflate", "identity"],
    ] as const) {
      const { headers, body } = await ask(site, file, { "accept-encoding": accepted });
      const used = headers["content-encoding"] ?? "identity";
      // What is compressed in itself stays as it is.
      if (path.extname(file) !== ".png") expect(used, `${file} for ${accepted}`).toBe(encoding);
      expect(DECODE[used]?.(body).equals(content), `${file} as ${used}`).toBe(true);
      if (used !== "identity") expect(body.length, `${file} as ${used}`).toBeLessThan(content.length);
      expect(headers["content-length"], file).toBe(String(body.length));
      expect(headers.vary, file).toBe("accept-encoding");
    }
  }
});

test("whoever has a file, in that form, is not sent it again", async ({ site }) => {
  for (const file of ["/", "/service-worker.js", "/chatting-time.html", asset(".js"), asset(".wasm")]) {
    const tags = new Set<string | undefined>();
    for (const accepted of ["br", "gzip", ""]) {
      const form = { "accept-encoding": accepted };
      const { etag } = (await ask(site, file, form)).headers;
      tags.add(etag);
      const again = await ask(site, file, { ...form, "if-none-match": etag ?? "" });
      expect({ status: again.status, bytes: again.body.length, etag: again.headers.etag }, file).toEqual({
        status: 304,
        bytes: 0,
        etag,
      });
      const older = await ask(site, file, { ...form, "if-none-match": '"0000"' });
      expect(older.status, file).toBe(200);
    }
    expect(tags.size, `${file} has a tag for each form`).toBe(3);
  }
});

test("every file comes with the documented policy and no looser one", async ({ site }) => {
  for (const file of FILES.keys()) {
    const { headers } = await ask(site, file);
    expect(headers["content-security-policy"], file).toBe(POLICY);
    expect(headers["x-content-type-options"], file).toBe("nosniff");
    expect(headers["referrer-policy"], file).toBe("no-referrer");
    expect(headers["cross-origin-opener-policy"], file).toBe("same-origin");
  }
});

test("HEAD tells of a file what GET does, without the file", async ({ site }) => {
  for (const file of ["/", "/chatting-time.html", asset(".wasm")]) {
    const headers = { "accept-encoding": "br" };
    const [got, told] = [await ask(site, file, headers), await ask(site, file, headers, "HEAD")];
    expect(told.body.length, file).toBe(0);
    expect(told.status).toBe(200);
    expect({ ...told.headers, date: "" }, file).toEqual({ ...got.headers, date: "" });
  }
});

test("the page and what it loads agree: no file that it names is missing", async ({ site }) => {
  const html = FILES.get("/")?.toString() ?? "";
  const named = [...html.matchAll(/(?:src|href)="\.?\/?([^"#]+)"/g)].map(([, file]) => `/${file}`);
  expect(named).not.toEqual([]);
  for (const file of named) expect((await ask(site, file)).status, file).toBe(200);
});

function below(folder: string): [string, Buffer][] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && !/\.(br|gz)$/.test(file.name))
    .map((file) => path.join(file.parentPath, file.name))
    .map((file) => [`/${path.relative(folder, file)}`, readFileSync(file)]);
}

function asset(extension: string): string {
  const found = [...FILES.keys()].find((file) => file.startsWith("/assets/") && file.endsWith(extension));
  if (!found) throw new Error(`the build has no ${extension}`);
  return found;
}

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** As the bytes come: `fetch` would decode them and asks for an encoding of its own accord. */
function ask(site: string, file: string, headers: RequestOptions["headers"] = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(new URL(file, site), { method, headers }, async (response) => {
      const pieces: Buffer[] = [];
      for await (const piece of response) pieces.push(piece);
      resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) });
    });
    asking.on("error", reject).end();
  });
}
