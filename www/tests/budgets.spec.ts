// How much a first visit loads, each file compressed by gzip as a server would at best. A KB is 1,024 bytes.

import { gzipSync } from "node:zlib";

import type { Request } from "@playwright/test";

import { expect, open, test } from "./fixtures.ts";

const KB = 1024;
const BUDGETS: Record<string, number> = {
  wasm: 120 * KB,
  "first screen": 60 * KB,
  "in all": 200 * KB,
};

test("a first visit loads no more than its budgets", async ({ page }) => {
  const loading: Promise<{ path: string; bytes: number }>[] = [];
  page.on("requestfinished", (request) => {
    // What the worker stores for later is not what the person waits for.
    if (request.serviceWorker() === null) {
      loading.push(sizeOf(request));
    }
  });
  await open(page);
  await page.waitForLoadState("networkidle");
  const files = await Promise.all(loading);

  const total = (suffix: RegExp) =>
    files.filter(({ path }) => suffix.test(path)).reduce((sum, { bytes }) => sum + bytes, 0);
  const totals: Record<string, number> = {
    wasm: total(/\.wasm$/),
    "first screen": total(/\.(js|css)$/),
    "in all": total(/$/),
  };
  const lines = [
    ...files.map(({ path, bytes }) => row(path, bytes)),
    ...Object.entries(totals).map(([name, bytes]) => row(name, bytes, BUDGETS[name])),
  ];
  const table = lines.join("\n");
  console.log(`\n${table}`);
  expect(Object.values(totals), "nothing was missed").not.toContain(0);
  const exceeded = Object.keys(BUDGETS).filter((name) => (totals[name] ?? 0) > (BUDGETS[name] ?? 0));
  expect(exceeded, table).toEqual([]);
});

async function sizeOf(request: Request): Promise<{ path: string; bytes: number }> {
  const response = await request.response();
  const content = (await response?.body()) ?? "";
  return { path: new URL(request.url()).pathname, bytes: gzipSync(content, { level: 9 }).length };
}

function row(name: string, bytes: number, budget?: number): string {
  const kilobytes = (count: number) => `${(count / KB).toFixed(1)} KB`.padStart(9);
  return `${name.padEnd(44)}${kilobytes(bytes)}${budget === undefined ? "" : ` of at most ${kilobytes(budget)}`}`;
}
