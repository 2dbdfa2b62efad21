// Where the engine, or the browser's memory, comes to its end: it is said, and what the person had is not lost.

import { readFileSync } from "node:fs";

import type { Page } from "@playwright/test";

import { STARTUP_PROBLEMS } from "../src/app/startup-problem";
import { encodeLink } from "../src/links/link";
import shell from "../src/texts/en";
import english from "../src/texts/sharing/en";
import { breakEngine, makeBreakable, mendEngine } from "./breaking-engine.ts";
import { expect, expectAccessible, open, type Problems, test, untilReady } from "./fixtures.ts";
import { card, enter } from "./lab-actions.ts";
import { simulate } from "./simulation.ts";

const t = shell.timeline;
const OTHER = simulate([{ kind: "enter", client: 1, line: "auth lineker jakarta" }]).scenario();
const FILE = { name: "a.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(OTHER)) };

test.beforeEach(async ({ page }) => {
  await makeBreakable(page);
  await open(page, "#/lab");
  await enter(page, "messi", "auth messi surabaya");
  await expectMine(page);
});

async function expectMine(page: Page): Promise<void> {
  await expect(card(page, "messi").getByRole("log")).toContainText("logged in");
}

test.describe("a scenario longer than the longest text of the browser", () => {
  test.beforeEach(({ page }) => breakEngine(page, "playground_scenario", "textTooLong"));

  test("is said not to be kept, and is still played", async ({ page }) => {
    await enter(page, "messi", "list");
    await expect(page.getByRole("status").getByText(shell.notKept.tooLarge)).toBeVisible();
    await expect(card(page, "messi").getByRole("log")).toContainText("list");
    // As small again as it was.
    await mendEngine(page);
    await enter(page, "messi", "logout");
    await expect.poll(() => page.evaluate(() => localStorage.getItem("chatting-time/scenario"))).toContain("logout");
  });

  test("has no link and no file, with the reason, and gives way to nothing unasked", async ({ page }) => {
    await page.getByRole("button", { name: shell.share, exact: true }).click();
    const dialog = page.getByRole("dialog", { name: english.title });
    await expect(dialog.getByText(english.link.tooLong)).toBeVisible();
    await dialog.getByRole("button", { name: english.file.save }).click();
    await expect(dialog.getByText(english.file.tooLargeToSave)).toBeVisible();
    await dialog.getByLabel(english.file.open).setInputFiles(FILE);
    await expect(dialog.getByText(english.problems.file.formerTooLarge)).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press("Escape");

    await followLink(page);
    await expect(page.getByRole("status").getByText(english.problems.link.formerTooLarge)).toBeVisible();
    await expectMine(page);
  });

  test("gives way to a new one only when the person says so", async ({ page }) => {
    const startOver = async (answer: "accept" | "dismiss"): Promise<void> => {
      page.once("dialog", async (dialog) => {
        expect(dialog.message()).toBe(t.forGood);
        await dialog[answer]();
      });
      await page.getByRole("button", { name: t.startOver, exact: true }).click();
    };
    // Said once, it does not get in the way of what is said next.
    await enter(page, "messi", "list");
    await expect(page.getByRole("status").getByText(shell.notKept.tooLarge)).toBeVisible();
    await page.getByRole("button", { name: t.history, exact: true }).click();
    await startOver("dismiss");
    await expectMine(page);
    await startOver("accept");
    await expect(page.getByText(t.startedOver)).toBeVisible();
    await expect(page.getByRole("button", { name: t.undoStartOver })).toHaveCount(0);
    await expect(card(page, "messi").getByRole("log")).toContainText(shell.client.nothingYet);
  });
});

for (const where of ["a file", "a link"] as const) {
  test(`an engine that stops while it opens ${where} is said; what was there can be saved and is there after a reload`, async ({
    page,
    problems,
  }) => {
    expectTrap(problems);
    await enter(page, "messi", "send lineker halo");
    await breakEngine(page, "playground_open", "trap");
    if (where === "a file") {
      await page.getByRole("button", { name: shell.share, exact: true }).click();
      await page.getByRole("dialog").getByLabel(english.file.open).setInputFiles(FILE);
    } else {
      await followLink(page);
    }
    const main = page.getByRole("main");
    await expect(main).toContainText(STARTUP_PROBLEMS.engineStoppedLater.en);
    await expect(main).toContainText(STARTUP_PROBLEMS.engineStoppedLater.id);
    await expectAccessible(page);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save the scenario" }).click(),
    ]);
    expect(readFileSync(await download.path(), "utf8")).toContain("send lineker halo");
    await page.getByRole("button", { name: "Reload" }).click();
    await untilReady(page);
    await expect(card(page, "messi").getByRole("log")).toContainText("send lineker halo");
  });
}

test("an engine that stops at work is said, and nothing more of it is kept", async ({ page, problems }) => {
  expectTrap(problems);
  const kept = () => page.evaluate(() => localStorage.getItem("chatting-time/scenario"));
  await expect.poll(kept).toContain("auth messi surabaya");
  await breakEngine(page, "playground_apply", "trap");
  await enter(page, "messi", "list");
  await expect(page.getByRole("main")).toContainText(STARTUP_PROBLEMS.engineStoppedLater.en);
  await page.reload();
  await untilReady(page);
  await expectMine(page);
});

async function followLink(page: Page): Promise<void> {
  const link = await encodeLink(OTHER);
  if (!link.ok) throw new Error(link.problem);
  await page.evaluate((fragment) => {
    location.hash = fragment;
  }, link.value);
}

/** Nobody in the page catches it before the page as a whole does. */
function expectTrap(problems: Problems): void {
  problems.expect(/unreachable/);
}
