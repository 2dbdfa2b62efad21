// The page as a class opens it: over plain http from another computer, where browsers give it no service worker and no
// clipboard.

import shell from "../src/texts/en";
import server from "../src/texts/server/en";
import sharing from "../src/texts/sharing/en";
import { expect, open, test as pageTest } from "./fixtures.ts";
import { playDocumentedDialogue } from "./lab-actions.ts";
import { serveFolder } from "./static-server.ts";

const HOST = "lab.example";

// Not the real server: on a loopback address it answers to no other name.
const test = pageTest.extend<object, { launchOptions: object }>({
  launchOptions: [
    async ({ launchOptions }, use) => {
      const { args = [] } = launchOptions as { args?: string[] };
      await use({ ...launchOptions, args: [...args, `--host-resolver-rules=MAP ${HOST} 127.0.0.1`] });
    },
    { scope: "worker" },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants to see which fixtures are used
  server: async ({}, use) => {
    const { page, stop } = await serveFolder("dist");
    const address = new URL(page);
    address.hostname = HOST;
    await use({ page: address.href, chat: "", stop: async () => stop() });
    stop();
  },
});

test("over plain http the page works, offers the one file, and selects the link that it can't copy", async ({
  page,
}) => {
  await open(page, "#/lab");
  const given = await page.evaluate(() => [isSecureContext, "serviceWorker" in navigator, "clipboard" in navigator]);
  expect(given, "what browsers keep from such a page").toEqual([false, false, false]);
  await expect(page.getByText(shell.help.offlineStates.unsupported)).toBeVisible();
  await expect(page.getByRole("link", { name: shell.help.oneFile })).toHaveAttribute("href", "chatting-time.html");
  await playDocumentedDialogue(page);

  await page.getByRole("button", { name: shell.share, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: sharing.title });
  await dialog.getByRole("button", { name: sharing.link.copy }).click();
  await expect(dialog.getByText(sharing.link.notCopied)).toBeVisible();
  const link = await dialog.getByLabel(sharing.link.label).inputValue();
  expect(link).toContain(`${HOST}:`);
  await page.keyboard.press("ControlOrMeta+c");
  await page.keyboard.press("Escape");
  const input = page.locator('[data-client-input="0"]');
  await input.focus();
  await page.keyboard.press("ControlOrMeta+v");
  await expect(input).toHaveValue(link);
});

test("over plain http from another computer the real server's screen warns of who listens", async ({ page }) => {
  await open(page, "#/server");
  await expect(page.getByText(server.overheard)).toBeVisible();
});
