// The trace: a diagram and a table of the same rows, few of which are mounted, and what is selected is marked everywhere.

import { expect, open, test } from "./fixtures.ts";
import { card, enter, keep, longScenario, playDocumentedDialogue, rows, trace } from "./lab-actions.ts";

test("choosing a row marks what led to it and what it led to, everywhere", async ({ page }) => {
  await open(page, "#/lab");
  await playDocumentedDialogue(page);
  await rows(page).filter({ hasText: "send" }).first().click();
  await expect(trace(page).getByRole("row", { selected: true })).toContainText("send");
  await expect(rows(page).and(page.locator("[data-related]"))).toHaveCount(4);
  await expect(card(page, "messi").locator("[data-related]")).toHaveText([/send lineker halo/, /Message sent/]);
  const server = page.getByRole("region", { name: "Server" });
  await expect(server.locator("[data-related]").filter({ hasText: "a message for lineker is stored" })).toHaveCount(1);
  await expect(page.locator(".sequence-diagram .arrow.is-related")).toHaveCount(2);
});

test("choosing a line of a dialogue or a row of the state chooses what it came from", async ({ page }) => {
  await open(page, "#/lab");
  await playDocumentedDialogue(page);
  await card(page, "messi").getByRole("button", { name: "Message sent to lineker" }).click();
  const detail = page.getByRole("region", { name: "The chosen row in full" });
  await expect(detail).toContainText("shown");
  await page.getByRole("region", { name: "Server" }).getByText("messi logged in").click();
  await expect(detail).toContainText("event");
  await expect(detail).toContainText("messi logged in");
});

test("the detail shows bytes as hex and leads to causes and effects", async ({ page }) => {
  await open(page, "#/lab");
  await enter(page, "messi", "help");
  await rows(page).filter({ hasText: "written" }).first().click();
  const detail = page.getByRole("region", { name: "The chosen row in full" });
  await detail.getByRole("checkbox", { name: "Hex digits" }).check();
  await expect(detail.getByRole("region", { name: "Hex digits" })).toContainText("68 65 6c 70 0d 0a");
  await detail.getByRole("button", { name: /^arrived/ }).click();
  await expect(detail).toContainText("at 0.020 s");
});

test("the views show pieces, whole messages or everything, and filters narrow them", async ({ page }) => {
  await open(page, "#/lab");
  await playDocumentedDialogue(page);
  await page.getByText("Messages", { exact: true }).click();
  await expect(rows(page).filter({ hasText: "request" })).toHaveCount(6);
  await page.getByRole("combobox", { name: "Of whom" }).selectOption("messi");
  await expect(rows(page).filter({ hasText: "request" })).toHaveCount(2);
  await page.getByRole("searchbox", { name: "Filter" }).fill("halo");
  await expect(rows(page).filter({ hasText: "request" })).toHaveCount(1);
});

test("of ten thousand rows at most 500 are mounted, and the keyboard reaches all of them", async ({ page }) => {
  await keep(page, longScenario(2_500));
  await open(page, "#/lab");
  await expect(trace(page)).toHaveAttribute("aria-rowcount", "10002");
  const mounted = () => page.getByRole("row").count();
  expect(await mounted()).toBeLessThanOrEqual(500);
  await trace(page).focus();
  for (const [key, row] of [
    ["Home", "2"],
    ["ArrowDown", "3"],
    ["End", "10002"],
    ["ArrowUp", "10001"],
  ] as const) {
    await page.keyboard.press(key);
    const chosen = trace(page).getByRole("row", { selected: true });
    await expect(chosen).toHaveAttribute("aria-rowindex", row);
    await expect(chosen).toBeInViewport({ ratio: 0.95 });
    expect(await mounted()).toBeLessThanOrEqual(500);
  }
  await page.locator(".trace-scroller").evaluate((scroller) => {
    scroller.scrollTop = scroller.scrollHeight / 2;
  });
  await expect(trace(page).locator("[aria-rowindex='5002']")).toBeInViewport();
  expect(await mounted()).toBeLessThanOrEqual(500);
});

test("a piece under way is drawn between lifelines, and on nobody's", async ({ page }) => {
  const scenario = JSON.parse(longScenario(1));
  // The login of the farther client is written, and its time has not yet come.
  const [login] = scenario.branches[0].inputs;
  await keep(page, JSON.stringify({ ...scenario, branches: [{ inputs: [login] }], step: 1 }));
  await open(page);
  const across = async (shape: string): Promise<number[]> => {
    const boxes = await page
      .locator(`.sequence-diagram ${shape}`)
      .evaluateAll((shapes) =>
        shapes.map((shape) => shape.getBoundingClientRect()).map(({ left, width }) => left + width / 2),
      );
    expect(boxes).not.toHaveLength(0);
    return boxes;
  };
  await expect(page.locator(".arrow-underWay")).toHaveCount(1);
  const [end = 0] = await across(".arrow-underWay .arrow-end");
  const lifelines = await across(".lifeline");
  expect(Math.min(...lifelines)).toBeLessThan(end);
  expect(Math.max(...lifelines)).toBeGreaterThan(end);
  expect(Math.min(...lifelines.map((lifeline) => Math.abs(lifeline - end)))).toBeGreaterThan(10);
});
