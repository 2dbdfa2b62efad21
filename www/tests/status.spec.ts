// What the page says in passing takes room of its own: every control can be reached while it is there.

import type { Page } from "@playwright/test";

import { LESSONS } from "../src/lessons";
import texts from "../src/texts/en";
import sharing from "../src/texts/sharing/en";
import { expect, open, test } from "./fixtures.ts";

const PLACES = ["lab", "faults", "eavesdropper", "code", "lessons", `lessons/${LESSONS.firstRequest.id}`, "server"];

for (const [width, height] of [
  [320, 640],
  [768, 1024],
  [1440, 900],
] as const) {
  test(`at ${width} px no control lies under what is said in passing, on any screen`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    // A long sentence, and a button with it.
    await open(page, "#v1.%");
    const said = page.locator(".status-region");
    await expect(said).toContainText(sharing.problems.link.notBase64);
    for (const place of PLACES) {
      await page.evaluate((place) => {
        location.hash = `#/${place}`;
      }, place);
      await expect(page.locator("#content h1").first()).toBeAttached();
      await expect(said).toBeInViewport({ ratio: 1 });
      expect(await covered(page), `covered on ${place}`).toEqual([]);
    }
    await said.getByRole("button", { name: texts.close }).click();
    await expect(said).toBeEmpty();
    await expect(page.locator("html"), "its room is given back").toHaveCSS("--status-height", "0px");
  });
}

/** Controls in whose middle one meets the message, once they are scrolled to. */
async function covered(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, [tabindex='0']");
    // One that is hidden from eyes is pressed by its label.
    const pressed = [...controls].map((one) => (one.matches(".visually-hidden") ? (one.parentElement ?? one) : one));
    const seen = pressed.filter((one) => one.checkVisibility() && !one.closest(".status-region"));
    if (seen.length < 5) throw new Error("the screen is not there yet");
    return seen
      .filter((one) => {
        one.scrollIntoView({ block: "nearest" });
        const { left, top, width, height } = one.getBoundingClientRect();
        return document.elementFromPoint(left + width / 2, top + height / 2)?.closest(".status-region");
      })
      .map((one) => one.outerHTML.slice(0, 120));
  });
}
