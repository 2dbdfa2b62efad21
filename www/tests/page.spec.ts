// The page opens, and its shell is fit to be seen.

import { expect, expectAccessible, open, test } from "./fixtures.ts";

test("the page opens and says what it is", async ({ page }) => {
  await open(page);
  await expect(page).toHaveTitle(/Chatting Time/);
});

test("axe finds nothing on the first screen", async ({ page }) => {
  await open(page);
  await expectAccessible(page);
});
