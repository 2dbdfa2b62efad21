// Every dialog, in both languages and themes and at the least width; and every screen at that width.

import type { Locator, Page } from "@playwright/test";

import { LESSONS } from "../src/lessons";
import english from "../src/texts/en";
import indonesian from "../src/texts/id";
import englishLessons from "../src/texts/lessons/en";
import indonesianLessons from "../src/texts/lessons/id";
import englishSharing from "../src/texts/sharing/en";
import indonesianSharing from "../src/texts/sharing/id";
import { expect, expectAccessible, open, test } from "./fixtures.ts";
import { enter, expectNoSidewaysScrolling } from "./lab-actions.ts";

for (const [locale, texts, lessons, sharing] of [
  ["en", english, englishLessons, englishSharing],
  ["id", indonesian, indonesianLessons, indonesianSharing],
] as const) {
  test.describe(`in ${locale}`, () => {
    test.use({ locale, viewport: { width: 320, height: 640 } });

    test("every dialog fits 320 px, and axe finds nothing in either theme", async ({ page }) => {
      const t = texts.timeline;
      await open(page, "#/lab");
      await enter(page, "messi", "auth messi surabaya");
      await page.getByRole("button", { name: t.toStart }).click();
      await enter(page, "messi", "auth messi jakarta");
      await page.locator(".status").getByRole("button", { name: texts.close }).click();
      await page.locator(".timeline-fold").click();
      for (const [opener, title] of [
        [t.manageBranches, t.history],
        [texts.help.open, texts.help.title],
        [texts.share, sharing.title],
      ] as const) {
        await page.getByRole("button", { name: opener, exact: true }).click();
        await expectFit(page, page.getByRole("dialog", { name: title }));
      }
      await open(page, `#/lessons/${LESSONS.firstRequest.id}`);
      await page.locator(".lesson-choice input").first().check();
      await page.getByRole("button", { name: lessons.commit }).click();
      await enter(page, "messi", "help");
      await page.getByRole("button", { name: lessons.startAgain.one }).click();
      await expectFit(page, page.getByRole("dialog"));
    });

    test("no screen needs scrolling sideways at 320 px, with something to show", async ({ page }) => {
      await open(page, "#/lab");
      await page.getByRole("button", { name: texts.lab.showMe }).click();
      await page.getByRole("button", { name: texts.timeline.toEnd }).click();
      for (const part of ["clients", "trace", "server"] as const) {
        await page.getByRole("group", { name: texts.lab.part }).getByText(texts.lab.parts[part]).click();
        await expectNoSidewaysScrolling(page);
      }
      for (const screen of ["faults", "eavesdropper", "code", "lessons", "server"] as const) {
        const link = page.getByRole("navigation").getByRole("link", { name: texts.screens[screen] });
        await link.click();
        await expect(link).toHaveAttribute("aria-current", "page");
        await expect(page.locator("#content h1").first()).toBeAttached();
        await expectNoSidewaysScrolling(page);
      }
    });
  });
}

async function expectFit(page: Page, dialog: Locator): Promise<void> {
  await expect(dialog).toBeVisible();
  await expectNoSidewaysScrolling(page);
  expect(await dialog.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  // The rest of the page is inert meanwhile.
  await expectAccessible(page, "dialog[open]");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
}
