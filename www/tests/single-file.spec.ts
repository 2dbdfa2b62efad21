// The playground as one file, where it is not opened from a disk.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import texts from "../src/texts/server/en";
import { expect, test, untilReady } from "./fixtures.ts";
import { serveFolder } from "./static-server.ts";

const FILE = "chatting-time.html";

test("the server hands the one file out to be kept, and what was kept opens", async ({ page }) => {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    // The browser says that it saves it instead of showing it.
    page.goto(FILE).catch(() => undefined),
  ]);
  expect(download.suggestedFilename()).toBe(FILE);
  const saved = await download.path();
  expect(readFileSync(saved).equals(readFileSync(`dist-single/${FILE}`))).toBe(true);
  const kept = test.info().outputPath(FILE);
  await download.saveAs(kept);
  await page.goto(pathToFileURL(kept).href);
  await untilReady(page);
});

test.describe("from a server of files only", () => {
  test.use({
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants to see which fixtures are used
    server: async ({}, use) => {
      const { page, stop } = await serveFolder("dist-single");
      await use({ page, chat: "", stop: async () => stop() });
      stop();
    },
  });

  test("the one file works, and says that no chat server stands behind it", async ({ page, problems }) => {
    problems.expect(/WebSocket connection|Failed to load resource/);
    await page.goto(`${FILE}#/server`);
    await untilReady(page);
    await page.getByRole("button", { name: texts.connection.connect }).first().click();
    await expect(page.getByText(texts.connection.reasons.absent)).toBeVisible();
  });
});
