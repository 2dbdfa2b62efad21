// What people do in the Lab, as tests do it.

import type { Locator, Page } from "@playwright/test";

import { expect } from "./fixtures.ts";

export function card(page: Page, name: string): Locator {
  return page.getByRole("article", { name });
}

/** Types a line at a client's terminal. */
export async function enter(page: Page, name: string, line: string): Promise<void> {
  const input = card(page, name).getByRole("textbox");
  await input.fill(line);
  await input.press("Enter");
}

/** Plays the documented dialogue and goes to its end. */
export async function playDocumentedDialogue(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Show me" }).click();
  await page.getByRole("button", { name: "To the end" }).click();
  await expect(card(page, "lineker").getByRole("log")).toContainText("logged out");
}

export function trace(page: Page): Locator {
  return page.getByRole("grid", { name: "Trace" });
}

/** The rows of the trace that are mounted, without its head. */
export function rows(page: Page): Locator {
  return trace(page).getByRole("rowgroup").getByRole("row");
}

/** A scenario of so many requests, each with its two steps of time. */
export function longScenario(requests: number): string {
  const login = { kind: "enter", client: 0, line: "auth messi surabaya" };
  const lines = Array.from({ length: requests - 1 }, () => ({ kind: "enter", client: 0, line: "list" }));
  const time = { kind: "advance", milliseconds: 20 };
  const inputs = [login, ...lines].flatMap((line) => [line, time, time]);
  return JSON.stringify({
    version: 1,
    seed: "0123456789abcdef",
    config: { clients: ["messi", "lineker"], language: "en" },
    branches: [{ inputs }],
    branch: 0,
    step: inputs.length,
  });
}

/** Begins with this scenario, as if it had been kept from last time. */
export async function keep(page: Page, scenario: string): Promise<void> {
  await page.addInitScript((text) => sessionStorage.setItem("chatting-time/scenario", text), scenario);
}

export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(beyond, "pixels beyond the edge").toBeLessThanOrEqual(0);
}
