// Where there is no service worker the page works all the same, says that it needs its network, and offers the one file.

import { readFileSync } from "node:fs";

import english from "../src/texts/en";
import indonesian from "../src/texts/id";
import { expect, expectAccessible, open, test } from "./fixtures.ts";
import { expectNoSidewaysScrolling, playDocumentedDialogue } from "./lab-actions.ts";

test.describe("blocked without a word", () => {
  test.use({ serviceWorkers: "block" });

  test("the page works, says that it needs the network, and hands out the one file", async ({ page }) => {
    const sentence = english.help.offlineStates.blocked;
    await open(page, "#/lab");
    await expect(page.getByText(sentence)).toBeVisible();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: english.help.oneFile }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("chatting-time.html");
    expect(readFileSync(await download.path()).equals(readFileSync("dist-single/chatting-time.html"))).toBe(true);
    await playDocumentedDialogue(page);
    await expect(page.getByRole("status")).toBeEmpty();
    await page.getByRole("button", { name: english.help.open }).click();
    const help = page.getByRole("dialog", { name: english.help.title });
    await expect(help.getByText(sentence)).toBeVisible();
    await expect(help.getByRole("link", { name: english.help.oneFile })).toBeVisible();
  });

  test.describe("in Indonesian", () => {
    test.use({ locale: "id" });

    test("the offer is there, is accessible and fits 320 px", async ({ page }) => {
      await page.setViewportSize({ width: 320, height: 640 });
      await open(page, "#/lab");
      await expect(page.getByText(indonesian.help.offlineStates.blocked)).toBeVisible();
      await expectNoSidewaysScrolling(page);
      await expectAccessible(page);
    });
  });
});

test("service workers that are refused, or can't be stored, or are not known, are each said", async ({ page }) => {
  for (const [error, state] of [
    ["SecurityError", "blocked"],
    ["NotSupportedError", "blocked"],
    ["QuotaExceededError", "failed"],
  ] as const) {
    await page.addInitScript((error) => {
      navigator.serviceWorker.register = () => Promise.reject(new DOMException("refused", error));
    }, error);
    await open(page, "#/lab");
    await page.reload();
    await expect(page.getByText(english.help.offlineStates[state])).toBeVisible();
    await expect(page.getByRole("link", { name: english.help.oneFile })).toBeVisible();
  }
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "serviceWorker"));
  await page.reload();
  await expect(page.getByText(english.help.offlineStates.unsupported)).toBeVisible();
  await expect(page.getByRole("link", { name: english.help.oneFile })).toBeVisible();
});

test("a page that is stored says so, and offers no file", async ({ page }) => {
  await open(page, "#/lab");
  await page.getByRole("button", { name: english.help.open }).click();
  await expect(page.getByText(english.help.offlineStates.ready)).toBeVisible();
  await expect(page.getByRole("link", { name: english.help.oneFile })).toHaveCount(0);
});
