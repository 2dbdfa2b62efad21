// Without a network: the service worker after a first visit, and the single file that never needed one.

import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { expect, open, test, untilReady, untilStored } from "./fixtures.ts";

test("after the first visit the page opens although the server has stopped", async ({ page, server }) => {
  await open(page);
  await untilStored(page);
  await server.stop();
  await page.reload();
  await untilReady(page);
});

test("after the first visit every file of the build is stored, on-demand parts and the engine too", async ({
  page,
  server,
}) => {
  await open(page);
  await untilStored(page);
  await server.stop();
  const files = readdirSync("dist/assets").filter((file) => !/\.(br|gz)$/.test(file));
  expect(files).not.toEqual([]);
  const statuses = await page.evaluate(async (files) => {
    const responses = await Promise.all(files.map((file) => fetch(`./assets/${file}`)));
    return responses.map((response) => response.status);
  }, files);
  expect(statuses).toEqual(files.map(() => 200));
});

test("the single file opens from a disk", async ({ page }) => {
  await page.goto(pathToFileURL("dist-single/chatting-time.html").href);
  await untilReady(page);
});
