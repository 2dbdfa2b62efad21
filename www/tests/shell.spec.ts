// What surrounds every screen: start, language, colours, keys, and plain sentences when something is missing.

import sharing from "../src/texts/sharing/en";
import { expect, open, test, untilReady } from "./fixtures.ts";
import { card, enter, keep, longScenario } from "./lab-actions.ts";

test("the browser's language is spoken, and another one when it is chosen, also after a reload", async ({ page }) => {
  await open(page, "#/lab");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.getByRole("combobox", { name: "Language" }).selectOption("Indonesia");
  await expect(page.getByRole("combobox", { name: "Bahasa" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "id");
  await page.reload();
  await expect(page.getByRole("button", { name: "Tunjukkan" })).toBeVisible();
});

test("a language that can't be loaded is said, and the former one stays", async ({ page, context, problems }) => {
  problems.expect(/Failed to load resource/);
  await context.route(/assets\/id-/, (route) => route.abort());
  await open(page, "#/lab");
  await page.getByRole("combobox", { name: "Language" }).selectOption("Indonesia");
  await expect(page.getByRole("status")).toContainText("could not be loaded");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("the colours follow the system until the person chooses", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await open(page, "#/lab");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("combobox", { name: "Colours" }).selectOption("Light");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
});

test("everything from the first key to a login works by keyboard", async ({ page }) => {
  await open(page, "#/lab");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("1");
  await expect(card(page, "messi").getByRole("textbox")).toBeFocused();
  await page.keyboard.type("auth messi surabaya");
  await page.keyboard.press("Enter");
  await expect(card(page, "messi").getByRole("log")).toContainText("logged in");
});

test("skipping to the content leaves the address and the screen as they are", async ({ page }) => {
  await open(page, "#/code");
  const entries = await page.evaluate(() => history.length);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  expect(new URL(page.url()).hash).toBe("#/code");
  expect(await page.evaluate(() => history.length)).toBe(entries);
});

test("single keys move in time, not while somebody types, and can be turned off", async ({ page }) => {
  await open(page, "#/lab");
  await enter(page, "messi", "help");
  const place = page.getByRole("slider", { name: "Step" });
  await page.keyboard.type(",");
  await expect(card(page, "messi").getByRole("textbox")).toHaveValue(",");
  await expect(place).toHaveValue("3");
  await place.focus();
  await page.keyboard.press(",");
  await expect(place).toHaveValue("2");
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: "Single-key shortcuts" }).uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press(",");
  await expect(place).toHaveValue("2");
});

test("a browser without WebAssembly is told so in both languages", async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "WebAssembly"));
  await page.goto("./");
  await expect(page.getByRole("main")).toContainText("runs no WebAssembly");
  await expect(page.getByRole("main")).toContainText("tidak menjalankan WebAssembly");
});

test("an engine that can't be loaded is said in both languages", async ({ page, context, problems }) => {
  problems.expect(/Failed to load resource/);
  await context.route(/\.wasm$/, (route) => route.abort());
  await page.goto("./");
  await expect(page.getByRole("main")).toContainText("engine could not be loaded");
  await expect(page.getByRole("main")).toContainText("Mesin playground tidak bisa dimuat");
});

test("storage that refuses is said once something would be kept, and the Lab works", async ({ page }) => {
  await page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException("refused", "SecurityError");
    };
    Object.defineProperty(window, "localStorage", { get: refuse });
    Object.defineProperty(window, "sessionStorage", { get: refuse });
  });
  await open(page, "#/lab");
  await enter(page, "messi", "auth messi surabaya");
  await expect(card(page, "messi").getByRole("log")).toContainText("logged in");
  await expect(page.getByRole("status")).toContainText("This browser keeps nothing");
});

for (const [what, kept] of [
  ["damaged", '{"version":1,"branches":['],
  [
    "of a later version",
    '{"version":2,"seed":"0","config":{"clients":["a"],"language":"en"},"branches":[{"inputs":[]}],"branch":0,"step":0}',
  ],
] as const) {
  test(`a kept scenario that is ${what} is said and set aside`, async ({ page }) => {
    await keep(page, kept);
    await open(page, "#/lab");
    await expect(page.getByRole("status")).toContainText("could not be played again");
    const aside = await page.evaluate(() => localStorage.getItem("chatting-time/scenario-unreadable"));
    expect(aside).toBe(kept);
  });
}

test("an engine that stops while it plays what was kept is said, and nothing is lost", async ({ page }) => {
  const kept = longScenario(1);
  await page.addInitScript(() => {
    const instantiate = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...given) => {
      const { instance, module } = await instantiate(...given);
      const trap = () => {
        throw new WebAssembly.RuntimeError("unreachable");
      };
      return { instance: { exports: { ...instance.exports, playground_open: trap } }, module };
    };
  });
  await open(page, "#/lab");
  await page.evaluate((text) => {
    localStorage.setItem("chatting-time/scenario", text);
    sessionStorage.setItem("chatting-time/scenario", text);
  }, kept);
  await page.reload();
  await expect(page.getByRole("main")).toContainText("Nothing is lost");
  await expect(page.getByRole("main")).toContainText("Tidak ada yang hilang");
  expect(await page.evaluate(() => localStorage.getItem("chatting-time/scenario"))).toBe(kept);
  await page.getByRole("button", { name: "New scenario" }).click();
  await untilReady(page);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await expect(page.getByRole("button", { name: sharing.unreadable.save(1) })).toBeVisible();
});
