// Wherever one goes in time, the latest row of the trace is in view: it is what just happened.

import type { Page } from "@playwright/test";

import texts from "../src/texts/en";
import { expect, open, test } from "./fixtures.ts";
import { card, enter, keep, longScenario, trace } from "./lab-actions.ts";

const t = texts.timeline;

for (const [width, height] of [
  [1440, 900],
  [360, 640],
] as const) {
  test(`at ${width} px the present row stays in view after every step and seek`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await keep(page, longScenario(200));
    await open(page, "#/lab");
    const show = async (part: keyof typeof texts.lab.parts) => {
      const choice = page.getByRole("group", { name: texts.lab.part }).getByText(texts.lab.parts[part]);
      if (await choice.isVisible()) await choice.click();
    };
    await show("trace");
    const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
    const slider = page.getByRole("slider", { name: t.slider });
    await expectPresentInView(page, 600);

    const body = page.locator(".trace-body");
    const place = await body.boundingBox();
    await press(t.stepBack);
    await expectPresentInView(page, 599);
    expect(await body.boundingBox(), "being in the past moves nothing").toEqual(place);
    await slider.fill("300");
    await expectPresentInView(page, 300);
    for (let step = 301; step <= 312; step += 1) {
      await press(t.step);
      await expectPresentInView(page, step);
    }
    await slider.fill("30");
    await expectPresentInView(page, 30);
    await press(t.toEnd);
    await expectPresentInView(page, 600);

    await show("clients");
    await enter(page, "messi", "list");
    await expect(card(page, "messi").getByRole("log")).toContainText("list");
    await show("trace");
    await expectPresentInView(page, 603);

    // The timeline grows upwards, over what stood right above it.
    const more = page.getByRole("button", { name: t.more, exact: true });
    if (await more.isVisible()) {
      const { y } = (await page.getByRole("region", { name: t.title }).boundingBox()) ?? { y: 0 };
      await trace(page)
        .getByRole("row")
        .last()
        .evaluate((row, y) => window.scrollBy(0, row.getBoundingClientRect().bottom - y), y);
      await expectPresentInView(page, 603);
      await more.click();
      await expectPresentInView(page, 603);
      await press(t.stepBack);
      await expectPresentInView(page, 602);
    }
  });
}

async function expectPresentInView(page: Page, step: number): Promise<void> {
  // The connection, then four pieces for each request: one in its step, two in the next, one in the last.
  const rows = 4 * Math.floor(step / 3) + ([1, 2, 4][step % 3] ?? 0);
  await expect(trace(page)).toHaveAttribute("aria-rowcount", String(rows + 1));
  const present = trace(page).locator(`[aria-rowindex="${rows + 1}"]`);
  await expect.poll(() => present.evaluate(isSeen), "the present row is seen").toBe(true);
}

/** Above and below its middle one meets the row, and nothing that keeps to an edge of the window. */
function isSeen(row: Element): boolean {
  const { top, bottom } = row.getBoundingClientRect();
  const kind = row.querySelector(".trace-kind")?.getBoundingClientRect();
  return [top + 3, bottom - 3].every((y) => row.contains(document.elementFromPoint((kind?.left ?? 0) + 8, y)));
}
