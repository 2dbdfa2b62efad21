// The screen Eavesdropper: what leaks, what it is good for, and what protects.

import type { Page } from "@playwright/test";

import { expect, expectAccessible, open, test, untilReady } from "./fixtures.ts";
import { tabTo } from "./keyboard.ts";
import { expectNoSidewaysScrolling, keep, longScenario } from "./lab-actions.ts";

const EXAMPLE = "messi logs in, and lineker writes to messi";
const TOKEN = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

test.beforeEach(async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 1600 });
  await open(page, "#/eavesdropper");
});

async function playExample(page: Page): Promise<void> {
  await page.getByRole("button", { name: EXAMPLE }).click();
  await expect(overheard(page)).toBeVisible();
}

function overheard(page: Page) {
  return page.getByRole("list", { name: "What was overheard" });
}

/** Rows of the table of leaks. */
function leaks(page: Page) {
  return page.getByRole("table").getByRole("row");
}

test("with nothing sent the screen says so and offers an example", async ({ page }) => {
  await expect(page.getByRole("heading", { name: "Nothing has been sent yet" })).toBeVisible();
  await playExample(page);
  await expect(page.getByRole("heading", { name: "Nothing has been sent yet" })).toHaveCount(0);
});

test("every byte is heard, and passwords, tokens and messages are marked in it", async ({ page }) => {
  await playExample(page);
  const passages = overheard(page).getByRole("listitem");
  await expect(passages).toHaveCount(6);
  await expect(passages.first()).toContainText("auth messi Password: surabaya\\r\\n");
  await expect(passages.nth(1)).toContainText(/"tokenid": "Token: [0-9a-f-]{36}"}/);
  await expect(passages.nth(4).locator("mark")).toHaveText([TOKEN, /Message: the meeting is at nine/]);
});

test("the table names what leaked, whose it is and when, and leads to it in the Lab", async ({ page }) => {
  await playExample(page);
  await expect(leaks(page)).toHaveCount(1 + 5);
  await expect(leaks(page).nth(1)).toContainText(/Password.*surabaya.*accepted by the server.*messi.*0\.020/s);
  await expect(leaks(page).nth(2)).toContainText(/Token.*messi.*0\.040/s);
  await expect(leaks(page).nth(4)).toContainText(/Token.*seen 2 times.*lineker/s);
  await expect(leaks(page).nth(5)).toContainText(/Message.*meeting.*lineker to messi/s);

  await page.getByRole("link", { name: "Show in the Lab: Password, 0.020 s" }).click();
  await expect(page).toHaveURL(/#\/lab$/);
  await expect(page.locator('[role="row"][aria-selected="true"]')).toContainText("auth messi surabaya");
});

test("a stolen token reads the mailbox without a password, until its owner logs out", async ({ page }) => {
  await playExample(page);
  await page.getByRole("button", { name: "Send with the stolen token" }).click();
  await expect(page.getByText("It works: the server takes the eavesdropper for messi.")).toBeVisible();
  await expect(page.getByRole("log", { name: "Dialogue of Eavesdropper" })).toContainText("the meeting is at nine");
  await expect(leaks(page).last()).toContainText(/Message.*meeting.*Gary Lineker to Eavesdropper/s);

  await page.getByRole("button", { name: "messi logs out, then try again" }).click();
  await expect(page.getByText("Refused: the session of messi is over")).toBeVisible();
  await expect(page.getByText("The server has ended this session.")).toBeVisible();
  await page.getByRole("button", { name: "Try once more" }).click();
  await expect(page.getByText("Refused: the session of messi is over")).toBeVisible();
});

test("somebody who is there already writes in another's name", async ({ page }) => {
  await playExample(page);
  await page.getByLabel("Token", { exact: true }).selectOption({ index: 1 });
  await page.getByLabel("Command", { exact: true }).selectOption("send");
  await page.getByLabel("Sent by").selectOption({ label: "messi" });
  await page.getByLabel("To", { exact: true }).fill("henderson");
  await page.getByRole("button", { name: "Send with the stolen token" }).click();
  await expect(page.getByText("It works: the server takes the eavesdropper for lineker.")).toBeVisible();
  await expect(leaks(page).last()).toContainText(/please lend me some money.*messi to henderson/s);
});

test("a token heard in a time that has been left is gone", async ({ page }) => {
  await playExample(page);
  await page.getByRole("button", { name: "To the start" }).click();
  await expect(page.getByRole("heading", { name: "Nothing has been sent yet" })).toBeVisible();
});

test("with TLS lengths and times remain, and no text", async ({ page }) => {
  await playExample(page);
  await page.getByText("If they used TLS", { exact: true }).click();
  const passages = overheard(page).getByRole("listitem");
  await expect(passages).toHaveCount(6);
  await expect(passages.first()).toContainText(/0\.020 s.*21 bytes.*encrypted/s);
  await expect(page.getByText("surabaya")).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "What TLS would still show" })).toBeVisible();
  await expect(page.getByText("The 5 secrets that leaked in plain text could not be read.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Send with the stolen token" })).toHaveCount(0);
});

test("a long history is shown in windows", async ({ page }) => {
  await keep(page, longScenario(30));
  await page.reload();
  await untilReady(page);
  await expect(page.getByText("11 to 60 of 60")).toBeVisible();
  await expect(overheard(page).getByRole("listitem")).toHaveCount(50);
  await page.getByRole("button", { name: "Earlier" }).click();
  await expect(overheard(page).getByRole("listitem").first()).toContainText("auth messi");
  await expect(page.getByText("1 to 50 of 60")).toBeVisible();
});

test("a token is stolen with the keyboard alone", async ({ page }) => {
  await tabTo(page, page.getByRole("button", { name: EXAMPLE }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Send with the stolen token" }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("It works: the server takes the eavesdropper for messi.")).toBeVisible();
});

test("axe finds nothing where nothing was sent", async ({ page }) => {
  await expectAccessible(page);
});

for (const [language, title, tls] of [
  ["en", "Eavesdropper", "If they used TLS"],
  ["id", "Penyadap", "Seandainya memakai TLS"],
] as const) {
  test(`axe finds nothing after a theft, ${language}`, async ({ page }) => {
    await playExample(page);
    await page.getByRole("button", { name: "Send with the stolen token" }).click();
    await page.getByLabel("Language").selectOption(language);
    await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
    await expectAccessible(page);
  });

  test(`axe finds nothing with TLS, ${language}`, async ({ page }) => {
    await playExample(page);
    await page.getByLabel("Language").selectOption(language);
    await page.getByText(tls, { exact: true }).click();
    await expectAccessible(page);
  });
}

test("nothing scrolls sideways at 320 px", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await playExample(page);
  await page.getByRole("button", { name: "Send with the stolen token" }).click();
  await expectNoSidewaysScrolling(page);
  await page.getByText("If they used TLS", { exact: true }).click();
  await expectNoSidewaysScrolling(page);
});
