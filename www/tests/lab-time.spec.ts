// Time in the Lab: stepping, playing, branching, and letting bytes wait on their way.

import { expect, open, test } from "./fixtures.ts";
import { card, enter, playDocumentedDialogue, rows } from "./lab-actions.ts";

test("steps lead through the history and back", async ({ page }) => {
  await open(page, "#/lab");
  await playDocumentedDialogue(page);
  const place = page.getByRole("slider", { name: "Step" });
  const steps = Number(await place.getAttribute("max"));
  await page.getByRole("button", { name: "One step back" }).click();
  await expect(place).toHaveValue(String(steps - 1));
  await expect(page.getByText(`in the past: step ${steps - 1} of ${steps}`)).toBeVisible();
  await page.getByRole("button", { name: "To the start" }).click();
  await expect(card(page, "messi").getByRole("log")).toContainText("Nothing typed yet");
  await page.getByRole("button", { name: "One step onwards" }).click();
  await expect(place).toHaveValue("1");
});

test("playing goes on to the end by itself and can be paused", async ({ page }) => {
  await open(page, "#/lab");
  await enter(page, "messi", "auth messi surabaya");
  await page.getByRole("button", { name: "To the start" }).click();
  await page.getByRole("combobox", { name: "Speed" }).selectOption("8");
  await page.getByRole("button", { name: "Play" }).click();
  await expect(page.getByRole("slider", { name: "Step" })).toHaveValue("3");
  await expect(page.getByRole("button", { name: "Play" })).toBeVisible();
  await page.getByRole("button", { name: "To the start" }).click();
  await page.getByRole("combobox", { name: "Speed" }).selectOption("0.5");
  await page.getByRole("button", { name: "Play" }).click();
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByRole("slider", { name: "Step" })).toHaveValue("1");
});

test("whoever changes the past begins a branch, and loses nothing", async ({ page }) => {
  await open(page, "#/lab");
  await enter(page, "messi", "auth messi surabaya");
  await enter(page, "messi", "send lineker halo");
  await page.getByRole("button", { name: "To the start" }).click();
  await enter(page, "messi", "auth messi jakarta");
  await expect(page.getByRole("status")).toContainText("a branch begins here: branch 1");
  await expect(card(page, "messi").getByRole("log")).not.toContainText("halo");
  await page.getByRole("button", { name: "Back to where I was" }).click();
  await expect(card(page, "messi").getByRole("log")).toContainText("Message sent to lineker");
});

test("branches are named, entered, removed and brought back", async ({ page }) => {
  await open(page, "#/lab");
  await enter(page, "messi", "auth messi surabaya");
  await page.getByRole("button", { name: "To the start" }).click();
  await enter(page, "messi", "help");
  await page.getByRole("button", { name: "Branches" }).click();
  const dialog = page.getByRole("dialog");
  const name = dialog.getByRole("textbox", { name: "Name of branch 1" });
  await name.fill("another way");
  await name.press("Tab");
  await dialog.getByRole("button", { name: "Go there" }).click();
  await dialog.getByRole("button", { name: "Remove another way" }).click();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("combobox", { name: "Branch" })).toHaveCount(0);
  await page.getByRole("button", { name: "Bring it back" }).click();
  await expect(page.getByRole("combobox", { name: "Branch" }).getByRole("option")).toHaveText(["main", "another way"]);
});

test("starting over can be taken back", async ({ page }) => {
  await open(page, "#/lab");
  await enter(page, "messi", "auth messi surabaya");
  await page.getByRole("button", { name: "History" }).click();
  await page.getByRole("button", { name: "Start over" }).click();
  await expect(page.getByRole("button", { name: "Show me" })).toBeVisible();
  await page.getByRole("button", { name: "Bring the former one back" }).click();
  await expect(card(page, "messi").getByRole("log")).toContainText("auth messi surabaya");
});

test("what was there before starting over is found in Share, also after a reload", async ({ page }) => {
  await open(page, "#/lab");
  await enter(page, "messi", "auth messi surabaya");
  await page.getByRole("button", { name: "History" }).click();
  await page.getByRole("button", { name: "Start over" }).click();
  await page.getByRole("button", { name: "Close" }).click();
  await expect.poll(() => page.evaluate(() => localStorage.getItem("chatting-time/scenarios-before"))).not.toBeNull();
  await page.reload();
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByRole("button", { name: /^Open the one with 3 steps/ }).click();
  await expect(card(page, "messi").getByRole("log")).toContainText("auth messi surabaya");
});

test("without running until quiet each piece waits to be let through", async ({ page }) => {
  await open(page, "#/lab");
  await page.getByRole("checkbox", { name: "Run until quiet" }).uncheck();
  await enter(page, "messi", "auth messi surabaya");
  await expect(page.getByRole("list", { name: "Under way" })).toContainText("due 0.020");
  await expect(rows(page).last()).toContainText("written");
  await page.getByRole("button", { name: "One step onwards" }).click();
  await expect(rows(page).filter({ hasText: "arrived" })).toHaveCount(1);
  await page.getByRole("checkbox", { name: "Run until quiet" }).check();
  await expect(page.getByRole("list", { name: "Under way" })).toHaveCount(0);
  await expect(card(page, "messi").getByRole("log")).toContainText("logged in");
});

test("time passes when it is told to", async ({ page }) => {
  await open(page, "#/lab");
  await page.getByRole("combobox", { name: "Let time pass" }).selectOption("1 minute");
  await expect(page.locator(".timeline-time")).toContainText("60.000");
});
