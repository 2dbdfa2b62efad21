// In a lesson the header is about the lesson: where it is in its history, and what Share shares. What is opened goes to
// the Lab.

import { readFileSync } from "node:fs";

import { decodeLink } from "../src/links/link";
import shell from "../src/texts/en";
import sharing from "../src/texts/sharing/en";
import { expect, open, test } from "./fixtures.ts";
import { card, enter } from "./lab-actions.ts";
import { LessonOnPage } from "./lesson-on-page.ts";

test("the header says where the lesson is, and shares what happened in it", async ({ page }) => {
  await open(page, "#/lab");
  await enter(page, "lineker", "auth lineker surabaya");
  const where = page.locator(".page-head .where");
  await expect(where).toHaveText(shell.history.present(3));
  const student = new LessonOnPage(page, "firstRequest");
  await student.open();
  await expect(where).toHaveText(shell.history.present(0));
  await student.guess("refusal");
  await enter(page, "messi", "help");
  await expect(where).toHaveText(shell.history.present(3));
  await page.getByRole("button", { name: shell.timeline.stepBack }).click();
  await expect(where).toHaveText(shell.history.past(2, 3));

  await page.getByRole("button", { name: shell.share, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: sharing.title });
  const field = dialog.getByLabel(sharing.link.label);
  await expect(field).toHaveValue(/#v1\./);
  const link = await field.inputValue();
  const shared = await decodeLink(new URL(link).hash);
  expect(shared.ok && shared.value.branches[0]?.inputs[0]).toEqual({ kind: "enter", client: 0, line: "help" });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("button", { name: sharing.exports.formats.text.name, exact: true }).click(),
  ]);
  const exported = readFileSync(await download.path(), "utf8");
  expect(exported).toContain("messi: entered: help");
  expect(exported).not.toContain("lineker: entered");

  await page.goBack();
  await expect(dialog).toBeHidden();
  await expect(card(page, "lineker").getByRole("log")).toContainText("logged in");
});

test("a file that is opened in a lesson is opened in the Lab, and the lesson stays as it is", async ({ page }) => {
  const student = new LessonOnPage(page, "firstRequest");
  await student.open();
  await student.guess("refusal");
  await enter(page, "messi", "help");
  await page.getByRole("button", { name: shell.share, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: sharing.title });
  const scenario = {
    version: 1,
    seed: "0123456789abcdef",
    config: { clients: ["maguire"], language: "en" },
    branches: [{ inputs: [{ kind: "enter", client: 0, line: "help" }] }],
    branch: 0,
    step: 1,
  };
  const file = { name: "scenario.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(scenario)) };
  await dialog.getByLabel(sharing.file.open).setInputFiles(file);
  await expect(page.getByText(sharing.opened.file)).toBeVisible();
  await expect(page).toHaveURL(/#\/lab$/);
  await expect(card(page, "maguire")).toBeVisible();
  await student.open();
  await expect(card(page, "messi").getByRole("log")).toContainText("help");
  await expect(student.task("help")).toHaveAttribute("data-state", "done");
});
