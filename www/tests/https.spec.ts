// The page as an encrypted server gives it, with a certificate that its visitor has accepted.

import shell from "../src/texts/en";
import { expect, open, test as pageTest } from "./fixtures.ts";
import { startEncryptedServer } from "./server.ts";

const test = pageTest.extend({
  ignoreHTTPSErrors: true,
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants to see which fixtures are used
  server: async ({}, use) => {
    const started = await startEncryptedServer();
    await use({ ...started, page: started.encryptedPage ?? "" });
    await started.stop();
  },
});

test("the page and its WebSocket come encrypted", async ({ page, problems, server: { page: address } }) => {
  // Browsers keep nothing offline of a server that nobody vouches for.
  problems.expect(/SSL certificate error occurred when fetching the script/);
  const opened = page.waitForEvent("websocket");
  await open(page, "#/server");
  const input = page.locator('[data-client-input="0"]');
  await input.fill("auth messi surabaya");
  await input.press("Enter");
  await expect(page.getByRole("log").first()).toContainText("User messi logged in");
  expect((await opened).url()).toBe(`${address.replace("https", "wss")}ws`);
  await open(page);
  await expect(page.getByText(shell.help.offlineStates.blocked)).toBeVisible();
});
