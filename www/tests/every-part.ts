// A visit to every part of the page that comes on demand, for places where nothing more can be fetched.

import { readFileSync } from "node:fs";

import type { BrowserContext, Page } from "@playwright/test";

import { LESSONS } from "../src/lessons";
import code from "../src/texts/code/en";
import eavesdropper from "../src/texts/eavesdropper/en";
import english from "../src/texts/en";
import faults from "../src/texts/faults/en";
import indonesian from "../src/texts/id";
import lessons from "../src/texts/lessons/en";
import sharing from "../src/texts/sharing/en";
import { readCapture } from "./capture.ts";
import { expect, untilReady } from "./fixtures.ts";
import { card, playDocumentedDialogue } from "./lab-actions.ts";
import { LessonOnPage } from "./lesson-on-page.ts";

/** Expects the Lab as a first visit finds it, in English. Leaves the page on the screen "Real server", in Indonesian. */
export async function visitEveryPart(page: Page, context: BrowserContext): Promise<void> {
  await playDocumentedDialogue(page);
  for (const { title } of [faults, eavesdropper, code]) {
    await goTo(page, title);
    await expect(page.getByRole("heading", { name: title, exact: true, level: 1 })).toBeAttached();
  }
  await playLesson(page);
  await shareAndOpen(page, context);
  await exportAll(page);
  await page.getByRole("combobox", { name: english.language }).selectOption(english.languages.id);
  await goTo(page, indonesian.screens.server);
}

async function goTo(page: Page, screen: string): Promise<void> {
  const link = page.getByRole("navigation").getByRole("link", { name: screen });
  await link.click();
  await expect(link).toHaveAttribute("aria-current", "page");
}

async function playLesson(page: Page): Promise<void> {
  await goTo(page, english.screens.lessons);
  await page.getByRole("link", { name: lessons.lessons.firstRequest.title }).click();
  const student = new LessonOnPage(page, "firstRequest");
  await student.guess(LESSONS.firstRequest.prediction.right);
  await student.solve();
  await expect(page.getByText(lessons.guessRight)).toBeVisible();
}

async function shareAndOpen(page: Page, context: BrowserContext): Promise<void> {
  await goTo(page, english.screens.lab);
  await page.getByRole("button", { name: english.share, exact: true }).click();
  const field = page.getByRole("dialog", { name: sharing.title }).getByLabel(sharing.link.label);
  await expect(field).toHaveValue(/#v1\./);
  const other = await context.newPage();
  await other.goto(await field.inputValue());
  await untilReady(other);
  await expect(other.getByText(sharing.opened.link)).toBeVisible();
  await expect(card(other, "lineker").getByRole("log")).toContainText("logged out");
  await other.close();
}

/** The dialog is open. */
async function exportAll(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog", { name: sharing.title });
  const saved = async (name: string): Promise<Buffer> => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      dialog.getByRole("button", { name, exact: true }).click(),
    ]);
    return readFileSync(await download.path());
  };
  const { formats } = sharing.exports;
  expect((await saved(formats.text.name)).toString()).toContain("messi");
  expect(JSON.parse((await saved(formats.json.name)).toString()).format).toBe("chatting-time-trace");
  expect(readCapture(await saved(formats.pcap.name))).not.toEqual([]);
  expect((await saved(formats.mermaid.name)).toString()).toMatch(/^sequenceDiagram\n/);
  expect(JSON.parse((await saved(sharing.file.save)).toString()).version).toBe(1);
  await page.keyboard.press("Escape");
}
