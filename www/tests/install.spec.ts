// The browser offers to install the page.

import { expect, open, test } from "./fixtures.ts";

test("the browser finds nothing that keeps the page from being installed", async ({ page }) => {
  await open(page);
  const browser = await page.context().newCDPSession(page);
  const { errors, url } = await browser.send("Page.getAppManifest");
  expect(url).toMatch(/\/manifest\.webmanifest$/);
  expect(errors).toEqual([]);
  const { installabilityErrors } = await browser.send("Page.getInstallabilityErrors");
  // Tests run in a context without a profile, in which nothing can be installed.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((error) => error !== "in-incognito")).toEqual([]);
});
