// Without a network: the service worker after a first visit, and the single file that never needed one.

import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";

import server from "../src/texts/server/id";
import { visitEveryPart } from "./every-part.ts";
import { expect, open, test, untilReady, untilStored } from "./fixtures.ts";

test("after the first visit everything works although the server has stopped, and its own screen says that it has", async ({
  page,
  context,
  server: { stop },
  problems,
}) => {
  // The browser itself reports the connection that nobody takes.
  problems.expect(/ERR_CONNECTION_REFUSED/);
  await open(page);
  await untilStored(page);
  await stop();
  await page.reload();
  await untilReady(page);
  await visitEveryPart(page, context);
  await page.getByRole("button", { name: server.connection.connect }).first().click();
  await expect(page.getByText(server.connection.reasons.unreachable)).toBeVisible();
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

test("in the single file everything works from a disk, but for the real server, and it says why", async ({
  page,
  context,
}) => {
  await page.goto(pathToFileURL("dist-single/chatting-time.html").href);
  await untilReady(page);
  await visitEveryPart(page, context);
  await expect(page.getByRole("heading", { name: server.asFile.title })).toBeVisible();
  await expect(page.locator("[data-client-input]")).toHaveCount(0);
});
