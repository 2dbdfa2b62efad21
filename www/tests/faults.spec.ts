// The screen Faults: every preset does what it says, and the trace shows it.

import type { Locator, Page } from "@playwright/test";

import { expect, expectAccessible, open, test } from "./fixtures.ts";
import { tabTo } from "./keyboard.ts";
import { expectNoSidewaysScrolling, trace } from "./lab-actions.ts";

/** In the reply to `list`. */
const ONLINE = '"users": ["messi"]';

test.beforeEach(async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 1600 });
  await open(page, "#/faults");
});

/** Rows of the trace whose kind begins like this, such as "arrived", and that hold these texts. */
function rows(page: Page, kind: string, ...texts: (string | RegExp)[]): Locator {
  const cell = page.getByRole("gridcell").filter({ hasText: new RegExp(`^(${kind})`) });
  const all = trace(page).getByRole("row").filter({ has: cell });
  return texts.reduce((found, text) => found.filter({ hasText: text }), all);
}

async function show(page: Page, preset: string): Promise<void> {
  await page.getByRole("button", { name: `Apply with an example: ${preset}` }).click();
}

async function happen(page: Page, preset: string): Promise<void> {
  await page.getByRole("button", { name: `Let it happen: ${preset}` }).click();
}

async function view(page: Page, name: string): Promise<void> {
  await page.getByText(name, { exact: true }).click();
}

test("on a quiet network a reply comes 40 ms after its request", async ({ page }) => {
  await show(page, "Quiet network");
  await expect(rows(page, "arrived", "0.060", "list ")).toHaveCount(1);
  await expect(rows(page, "arrived", "0.080", ONLINE)).toHaveCount(1);
});

test("on the other side of the world each piece takes 150 ms", async ({ page }) => {
  await show(page, "Other side of the world");
  await expect(rows(page, "arrived", /0\.19\d/, "list ")).toHaveCount(1);
  await expect(rows(page, "arrived", /0\.3[45]\d/, ONLINE)).toHaveCount(1);
  await expect(page.getByRole("region", { name: "To the server" })).toContainText("every piece takes 150 ms");
});

test("on crowded Wi-Fi pieces come late and in order", async ({ page }) => {
  await show(page, "Crowded Wi-Fi");
  const arrived = rows(page, "arrived", "to the server");
  await expect(arrived).toHaveCount(4);
  const [, list, inbox, help] = await arrived.allInnerTexts();
  expect(list).toContain("list");
  expect(inbox).toContain("inbox");
  expect(help).toContain("help");
  await expect(page.getByRole("region", { name: "To the client" })).toContainText("up to 250 ms more");
});

test("with every byte alone one request arrives in many pieces and is one request", async ({ page }) => {
  await show(page, "Every byte alone");
  await trace(page).press("Home");
  for (const letter of ["l", "i", "s", "t"]) {
    await expect(rows(page, "arrived", "to the server", new RegExp(`1${letter}$`))).toHaveCount(1);
  }
  await view(page, "Messages");
  await expect(rows(page, "request", "list ")).toHaveCount(1);
  await expect(rows(page, "reply", ONLINE)).not.toHaveCount(0);
});

test("joined requests arrive in one piece and are answered one by one", async ({ page }) => {
  await show(page, "Several requests in one piece");
  await expect(rows(page, "arrived", "list ", "inbox ", "help\\r\\n")).toHaveCount(1);
  await view(page, "Messages");
  await expect(rows(page, "request", /list|inbox|help/)).toHaveCount(3);
});

test("a stalled network keeps everything, lets through what is asked for, and loses nothing", async ({ page }) => {
  await show(page, "Stalled");
  const toServer = page.getByRole("region", { name: "To the server" });
  await expect(toServer).toContainText("stalled: nothing arrives");
  await expect(toServer.getByRole("list", { name: "Under way to the server" })).toContainText("43 bytes, waits list ");
  await expect(rows(page, "written", "list")).toHaveCount(1);
  await expect(rows(page, "arrived", "list ")).toHaveCount(0);

  await toServer.getByLabel("Let bytes through").fill("2");
  await toServer.getByRole("button", { name: "Let through" }).click();
  await expect(rows(page, "arrived", /li$/)).toHaveCount(1);
  await expect(toServer).toContainText("41 bytes, waits st ");

  await page.getByRole("button", { name: "Apply: Quiet network" }).click();
  await expect(rows(page, "arrived", "41st ")).toHaveCount(1);
  await expect(rows(page, "arrived", ONLINE)).toHaveCount(1);
});

test("the end of a stalled stream is let through behind its last byte", async ({ page }) => {
  await show(page, "Stalled");
  await page.getByRole("button", { name: "Half-close", exact: true }).click();
  const toServer = page.getByRole("region", { name: "To the server" });
  const end = toServer.getByRole("button", { name: "Let the end of the stream through" });
  await toServer.getByLabel("Let bytes through").fill("43");
  await expect(end).toHaveCount(0);
  await toServer.getByRole("button", { name: "Let through" }).click();
  await expect(rows(page, "arrived", "list ")).toHaveCount(1);
  await expect(rows(page, "closed", "by the server")).toHaveCount(0);
  await end.click();
  await expect(rows(page, "closed", "by the server")).toHaveCount(1);
  await expect(end).toHaveCount(0);
});

test("a letter split in the middle is whole again in the request", async ({ page }) => {
  await happen(page, "Split inside a letter");
  await expect(rows(page, "arrived", /\\xe2$/)).toHaveCount(1);
  await expect(rows(page, "arrived", /\\x98\\x95 time\\r\\n$/)).toHaveCount(1);
  await view(page, "Messages");
  await expect(rows(page, "request", "coffee ☕ time")).toHaveCount(1);
  await expect(rows(page, "reply", "Message Sent")).not.toHaveCount(0);
});

test("a half-closed connection still brings the reply", async ({ page }) => {
  await happen(page, "Half-closed");
  await expect(rows(page, "ends sending", "by the client")).toHaveCount(1);
  await expect(rows(page, "arrived", ONLINE)).toHaveCount(1);
  await expect(rows(page, "closed", "by the server")).toHaveCount(1);
});

test("a pulled cable is silence: nothing arrives and nothing is closed", async ({ page }) => {
  await happen(page, "Pulled cable");
  await expect(rows(page, "written", "send ")).toHaveCount(1);
  await expect(rows(page, "arrived", "send ")).toHaveCount(0);
  await expect(rows(page, "closed|broke off")).toHaveCount(0);
  await expect(page.getByRole("region", { name: "To the server" })).toContainText("waits send ");
});

test("a reset loses what is under way", async ({ page }) => {
  await happen(page, "Connection reset");
  await expect(rows(page, "lost", "list ")).toHaveCount(1);
  await expect(rows(page, "broke off", "by the client")).toHaveCount(1);
  await expect(rows(page, "arrived", "list ")).toHaveCount(0);
});

test("with a lost reply the message is there and its sender does not know", async ({ page }) => {
  await happen(page, "Lost reply");
  await expect(rows(page, "arrived", "send ")).toHaveCount(1);
  await expect(rows(page, "broke off", "by the network")).toHaveCount(1);
  await expect(rows(page, "arrived", "Message Sent")).toHaveCount(0);
  await view(page, "Everything");
  await expect(rows(page, "event", "is stored")).toHaveCount(1);
});

test("half a request ends with the server's patience", async ({ page }) => {
  await happen(page, "Half a request");
  await expect(rows(page, "arrived", "request_timeout")).toHaveCount(1);
  await expect(rows(page, "closed", "by the server")).toHaveCount(1);
});

test("an over-long line is refused and the next request works", async ({ page }) => {
  await happen(page, "Over-long line");
  await expect(rows(page, "arrived", "line_too_long")).toHaveCount(1);
  await page.getByRole("textbox", { name: /Command of messi/ }).fill("help");
  await page.keyboard.press("Enter");
  await expect(rows(page, "arrived", '"commands"')).toHaveCount(1);
});

test("a preset is applied to the client and the direction that are chosen", async ({ page }) => {
  await page.getByText("lineker", { exact: true }).first().click();
  await page.getByText("To the client", { exact: true }).first().click();
  await page.getByRole("button", { name: "Apply: Other side of the world" }).click();
  await expect(page.getByRole("region", { name: "To the client" })).toContainText("every piece takes 150 ms");
  await expect(page.getByRole("region", { name: "To the server" })).toContainText("every piece takes 20 ms");
  await page.getByText("messi", { exact: true }).first().click();
  await expect(page.getByRole("region", { name: "To the client" })).toContainText("every piece takes 20 ms");
});

test("numbers of one's own hold, and those out of range are refused with their range", async ({ page }) => {
  const form = page.getByRole("group", { name: "To the server" });
  const words = page.getByRole("region", { name: "To the server" });
  await form.getByLabel("Latency (ms)").fill("70000");
  await form.getByRole("button", { name: "Set" }).click();
  await expect(form.getByRole("alert")).toHaveText("A whole number from 0 to 60,000.");
  await expect(words).toContainText("every piece takes 20 ms");

  await form.getByLabel("Latency (ms)").fill("7");
  await form.getByLabel("Piece size (bytes)").fill("3");
  await form.getByRole("button", { name: "Set" }).click();
  await expect(words).toContainText("every piece takes 7 ms; pieces of at most 3 bytes");
});

test("pieces under way are seen when one steps back", async ({ page }) => {
  await show(page, "Other side of the world");
  await page.getByRole("button", { name: "One step back" }).click();
  await expect(page.getByRole("list", { name: "Under way to the client" })).toContainText(ONLINE);
});

test("the screen says where packet loss is", async ({ page }) => {
  await page.getByText("Where is packet loss?").click();
  await expect(page.getByText("no byte ever vanishes from the middle of a stream")).toBeVisible();
});

test("a fault is applied with the keyboard alone", async ({ page }) => {
  await tabTo(page, page.getByRole("button", { name: "Apply with an example: Every byte alone" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: "Every byte alone" })).toBeVisible();
  await expect(page.getByRole("region", { name: "To the server" })).toContainText("pieces of at most 1 byte");
});

for (const [language, title] of [
  ["en", "Faults"],
  ["id", "Gangguan"],
] as const) {
  test(`axe finds nothing with pieces under way, ${language}`, async ({ page }) => {
    await show(page, "Stalled");
    await page.getByLabel("Language").selectOption(language);
    await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
    await expectAccessible(page);
  });
}

test("nothing scrolls sideways at 320 px", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await show(page, "Stalled");
  await expectNoSidewaysScrolling(page);
});
