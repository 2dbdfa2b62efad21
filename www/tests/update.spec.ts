// A newer build waits until the person agrees to it.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { test as base, expect, untilReady, untilStored } from "./fixtures.ts";
import { serveFolder } from "./static-server.ts";

/** A copy of the build, at an address of its own. */
const test = base.extend<{ build: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants to see which fixtures are used
  build: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), "chatting-time-build-"));
    cpSync("dist", folder, { recursive: true });
    await use(folder);
    rmSync(folder, { recursive: true });
  },
  server: async ({ build }, use) => {
    const { page, stop } = await serveFolder(build);
    await use({ page, chat: "", stop: async () => stop() });
    stop();
  },
});

test("a newer build waits, says so, and is there after the reload that the person asks for", async ({
  page,
  build,
}) => {
  await page.goto("./");
  await untilReady(page);
  await untilStored(page);

  changeBuild(build);
  await page.reload();
  await untilReady(page);
  await expect(page).not.toHaveTitle("the next build");

  await page.getByRole("button", { name: "Reload" }).click();
  await expect(page).toHaveTitle("the next build");
  await untilReady(page);
});

test("a newer build that cannot be stored in full leaves the present one as it is", async ({ page, build }) => {
  await page.goto("./");
  await untilReady(page);
  await untilStored(page);

  changeBuild(build);
  rmSync(path.join(build, "icon-512.png"));
  await page.reload();
  await untilReady(page);
  const states = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update().catch(() => undefined);
    const newer = registration.installing;
    if (newer && newer.state !== "redundant") {
      await new Promise((done) => newer.addEventListener("statechange", done));
    }
    return { active: registration.active?.state, waiting: registration.waiting?.state };
  });
  expect(states).toEqual({ active: "activated", waiting: undefined });
  await page.reload();
  await untilReady(page);
  await expect(page).not.toHaveTitle("the next build");
});

/** What another build would change: its shell, and the hash that its worker keeps it under. */
function changeBuild(folder: string): void {
  replaceIn(path.join(folder, "index.html"), /<title>.*<\/title>/, "<title>the next build</title>");
  replaceIn(path.join(folder, "service-worker.js"), /[0-9a-f]{16}/, "0000000000000000");
}

function replaceIn(file: string, pattern: RegExp, replacement: string): void {
  const before = readFileSync(file, "utf8");
  const after = before.replace(pattern, replacement);
  expect(after, file).not.toBe(before);
  writeFileSync(file, after);
}
