// The Code screen and the dialog of sharing from end to end without a mouse.

import { readFileSync } from "node:fs";

import type { Page } from "@playwright/test";

import code from "../src/texts/code/en";
import shell from "../src/texts/en";
import sharing from "../src/texts/sharing/en";
import { expect, open, test } from "./fixtures.ts";
import { tabTo } from "./keyboard.ts";
import { card } from "./lab-actions.ts";

test.beforeEach(async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page, "#/lab");
  await page.keyboard.press("1");
  await expect(card(page, "messi").getByRole("textbox")).toBeFocused();
  for (const line of ["auth messi surabaya", "send lineker halo"]) {
    await page.keyboard.type(line);
    await page.keyboard.press("Enter");
  }
  await expect(card(page, "messi").getByRole("log")).toContainText("Message sent to lineker");
});

test("the Code screen: an exchange is chosen, and its program is read, copied and downloaded", async ({ page }) => {
  await tabTo(page, page.getByRole("link", { name: shell.screens.code }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("combobox", { name: code.exchange }));
  await page.keyboard.press("ArrowDown");
  const program = (framing: "naive" | "correct", language: string) =>
    page.getByRole("region", { name: code.framings[framing].label(language) });
  await expect(program("correct", "Python")).toContainText("auth messi surabaya");
  await tabTo(page, page.getByRole("region", { name: code.exchange }));
  await tabTo(page, page.getByRole("radio", { name: "Python" }));
  await page.keyboard.press("ArrowRight");
  await expect(program("correct", "JavaScript")).toContainText("auth messi surabaya");

  for (const framing of ["naive", "correct"] as const) {
    const button = (does: string) =>
      page.getByRole("button", { name: `${does}: ${code.framings[framing].label("JavaScript")}`, exact: true });
    await tabTo(page, button(shell.copy));
    await page.keyboard.press("Enter");
    await expect(page.getByText(shell.copied)).toBeVisible();
    const shown = await program(framing, "JavaScript").locator("code").textContent();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(shown);
    await tabTo(page, button(code.download));
    expect(await pressAndSave(page)).toBe(shown);
    await tabTo(page, program(framing, "JavaScript"));
  }
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.locator(".status"), "what was said can be dismissed").toHaveCount(0);
});

test("the dialog of sharing: a link is copied, a file saved and opened again, and every export made", async ({
  page,
}) => {
  const button = page.getByRole("button", { name: shell.share, exact: true });
  const dialog = page.getByRole("dialog", { name: sharing.title });
  await tabTo(page, button);
  await page.keyboard.press("Enter");
  await expect(dialog.getByLabel(sharing.link.label)).toHaveValue(/#v1\./);
  await tabTo(page, dialog.getByRole("button", { name: sharing.link.copy }));
  await page.keyboard.press("Enter");
  await expect(dialog.getByText(sharing.link.copied)).toBeVisible();
  await tabTo(page, dialog.getByRole("button", { name: sharing.file.save }));
  const file = await pressAndSave(page);
  for (const { name } of Object.values(sharing.exports.formats)) {
    await tabTo(page, dialog.getByRole("button", { name, exact: true }));
    expect((await pressAndSave(page)).length).toBeGreaterThan(0);
    // A button that is busy for a moment keeps the focus.
    await expect(dialog.getByRole("button", { name, exact: true })).toBeFocused();
  }
  await tabTo(page, dialog.getByLabel(sharing.file.open));
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Space")]);
  await chooser.setFiles({ name: "scenario.json", mimeType: "application/json", buffer: Buffer.from(file) });
  await expect(page.getByText(sharing.opened.file)).toBeVisible();
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
  await tabTo(page, page.getByRole("button", { name: sharing.opened.undo }));
  await page.keyboard.press("Enter");
  await expect(page.getByText(sharing.opened.former)).toBeVisible();
});

/** Presses the button that has the focus. */
async function pressAndSave(page: Page): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  return readFileSync(await download.path(), "utf8");
}
