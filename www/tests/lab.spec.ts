// The Lab: people type, bytes travel, the server changes, and everything says so.

import { expect, expectAccessible, open, test } from "./fixtures.ts";
import { card, enter, expectNoSidewaysScrolling, playDocumentedDialogue, rows } from "./lab-actions.ts";

test("a first visit offers a line to type and plays the documented dialogue on request", async ({ page }) => {
  await open(page, "#/lab");
  await expect(card(page, "messi").getByRole("textbox")).toHaveAttribute("placeholder", "auth messi surabaya");
  await playDocumentedDialogue(page);
  await expect(card(page, "messi").getByRole("log")).toContainText("Message sent to lineker");
  await expect(card(page, "lineker").getByRole("log")).toContainText('"msg": " halo \\r\\n"');
  await expect(page.getByRole("button", { name: "Show me" })).toHaveCount(0);
});

test("a login opens a session, which the server's state marks as new", async ({ page }) => {
  await open(page, "#/lab");
  await enter(page, "messi", "auth messi surabaya");
  await expect(card(page, "messi")).toContainText("connected #0");
  const server = page.getByRole("region", { name: "Server" });
  await page.getByRole("button", { name: "One step back" }).click();
  await expect(server.getByRole("listitem").filter({ hasText: "used at" })).toContainText("new");
  await expect(server).toContainText("messi logged in");
});

test("a refusal is shown as one", async ({ page }) => {
  await open(page, "#/lab");
  await enter(page, "messi", "auth messi jakarta");
  await expect(card(page, "messi").locator(".dialogue-refusal")).toContainText("Error, ");
});

test("arrow up brings earlier lines back", async ({ page }) => {
  await open(page, "#/lab");
  await enter(page, "messi", "auth messi surabaya");
  await enter(page, "messi", "list");
  const input = card(page, "messi").getByRole("textbox");
  await input.press("ArrowUp");
  await expect(input).toHaveValue("list");
  await input.press("ArrowUp");
  await expect(input).toHaveValue("auth messi surabaya");
  await input.press("ArrowDown");
  await input.press("ArrowDown");
  await expect(input).toHaveValue("");
});

test("raw bytes go as they are written, and half a line waits at the server", async ({ page }) => {
  await open(page, "#/lab");
  const messi = card(page, "messi");
  await messi.getByText("Raw bytes").click();
  await messi.getByRole("combobox", { name: "What ends it" }).selectOption("no line end");
  await messi.getByRole("textbox").fill("auth me");
  await messi.getByRole("button", { name: "Write 7 bytes" }).click();
  await expect(page.getByRole("region", { name: "Server" })).toContainText("line not finished: auth me");
  await messi.getByRole("textbox").fill("ssi surabaya\\r\\n");
  await messi.getByRole("button", { name: "Write 14 bytes" }).click();
  await expect(rows(page).last()).toContainText("tokenid");
});

test("a wrong escape is named and nothing is written", async ({ page }) => {
  await open(page, "#/lab");
  const messi = card(page, "messi");
  await messi.getByText("Raw bytes").click();
  await messi.getByRole("textbox").fill("auth\\q");
  await expect(messi.getByRole("alert")).toContainText("begins no escape");
  await expect(messi.getByRole("button", { name: "Write 0 bytes" })).toBeDisabled();
});

test("a connection is opened, half-closed, closed and reset by its buttons", async ({ page }) => {
  await open(page, "#/lab");
  const messi = card(page, "messi");
  await messi.getByText("Connection").click();
  await messi.getByRole("button", { name: "Connect" }).click();
  await expect(messi).toContainText("connected #0");
  await messi.getByRole("button", { name: "Reset" }).click();
  await expect(messi).toContainText("broken off #0");
  await messi.getByRole("button", { name: "Connect" }).click();
  await page.getByRole("checkbox", { name: "Run until quiet" }).uncheck();
  await messi.getByRole("button", { name: "End sending" }).click();
  await expect(messi).toContainText("sends no more #1");
  await messi.getByRole("button", { name: "Close", exact: true }).click();
  await expect(messi).toContainText("closed #1");
});

test("clients can be added up to six", async ({ page }) => {
  await open(page, "#/lab");
  for (let clients = 2; clients < 6; clients += 1) {
    await page.getByRole("button", { name: "Add a client" }).click();
    await page.getByRole("button", { name: "Add", exact: true }).click();
  }
  await expect(page.getByRole("article")).toHaveCount(6);
  await expect(card(page, "henderson")).toBeVisible();
  await expect(page.getByRole("button", { name: "Add a client" })).toHaveCount(0);
});

test("the scenario is there again after a reload", async ({ page }) => {
  await open(page, "#/lab");
  await enter(page, "messi", "auth messi surabaya");
  const dialogue = await card(page, "messi").getByRole("log").innerText();
  await page.reload();
  await expect(card(page, "messi").getByRole("log")).toHaveText(dialogue, { useInnerText: true });
});

for (const locale of ["en", "id"]) {
  test.describe(`in ${locale}`, () => {
    test.use({ locale });

    test("axe finds nothing on a first visit", async ({ page }) => {
      await open(page, "#/lab");
      await expectAccessible(page);
    });

    test("axe finds nothing after a dialogue, with a row chosen", async ({ page }) => {
      await open(page, "#/lab");
      await page.locator(".first-visit .primary").click();
      await page.locator(".transport button").last().click();
      await page.locator(".trace-row").nth(5).click();
      await expectAccessible(page);
    });
  });
}

for (const part of ["Clients", "Trace", "Server"]) {
  test(`at 320 px ${part} needs no scrolling sideways, and axe finds nothing`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await open(page, "#/lab");
    await page.getByRole("group", { name: "Part of the Lab" }).getByText(part).click();
    await expectNoSidewaysScrolling(page);
    await expectAccessible(page);
  });
}
