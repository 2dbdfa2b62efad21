// The Code screen: what it shows of an exchange, and that it is the program that was tested.

import { readFileSync } from "node:fs";

import type { Page } from "@playwright/test";
import type { Input } from "chatting-time-wasm";

import { PROGRAM_LANGUAGES } from "../src/code-samples/program";
import { encodeLink } from "../src/links/link";
import english from "../src/texts/code/en";
import indonesian from "../src/texts/code/id";
import shell from "../src/texts/en";
import { expect, expectAccessible, open, test } from "./fixtures.ts";
import { runProgram } from "./run-program.ts";
import { simulate } from "./simulation.ts";

const LOGIN: Input = { kind: "enter", client: 0, line: "auth messi surabaya" };
const HALO: Input = { kind: "enter", client: 0, line: 'send lineker halo "dunia"' };

async function openCode(page: Page, ...inputs: Input[]): Promise<void> {
  const made = await encodeLink(simulate(inputs).scenario());
  if (!made.ok) throw new Error(made.problem);
  await open(page, made.value);
  await expect(page.getByRole("status")).not.toBeEmpty();
  await page.evaluate(() => {
    location.hash = "#/code";
  });
}

function program(page: Page, framing: "naive" | "correct", language: string) {
  return page.getByRole("region", { name: english.framings[framing].label(language) });
}

test("without an exchange the screen says how to get one", async ({ page }) => {
  await open(page, "#/code");
  await expect(page.getByRole("heading", { name: english.empty.title })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: english.empty.toLab }).click();
  expect(new URL(page.url()).hash).toBe("#/lab");
});

test("the latest exchange is shown as programs in each language, which run as they stand there", async ({
  page,
  server,
}) => {
  await openCode(page, LOGIN, HALO);
  for (const language of PROGRAM_LANGUAGES) {
    const name = english.languages[language];
    await page.getByText(name, { exact: true }).click();
    const shown = await program(page, "correct", name).innerText();
    expect(shown).toContain('halo \\"dunia\\"');
    const fileName = { python: "chat.py", javascript: "chat.mjs", rust: "chat.rs" }[language];
    const [printed] = await runProgram(language, { fileName, text: shown }, server.chat);
    expect(printed).toContain('{"status": "OK", "message": "Message Sent"}');
    await expect(program(page, "naive", name)).toContainText("halo");
  }
});

test("another exchange can be chosen, and the programs follow", async ({ page }) => {
  await openCode(page, LOGIN, HALO, { kind: "enter", client: 1, line: "help" });
  await expect(program(page, "correct", "Python")).toContainText('request = b"help');
  await page.getByLabel(english.exchange).first().selectOption({ index: 1 });
  await expect(program(page, "correct", "Python")).toContainText("lineker halo");
  await page.getByLabel(english.exchange).first().selectOption({ index: 2 });
  await expect(program(page, "correct", "Python")).toContainText('request = b"auth messi surabaya');
});

test("a program is copied and downloaded as it is shown", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openCode(page, LOGIN);
  const shown = await program(page, "naive", "Python").locator("code").textContent();
  await page.getByRole("button", { name: `${shell.copy}: Naive program in Python`, exact: true }).click();
  await expect(page.getByText(shell.copied)).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(shown);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: `${english.download}: Naive program in Python`, exact: true }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("chat.py");
  expect(readFileSync(await download.path(), "utf8")).toBe(shown);
});

test("where the browser refuses to copy, the program is selected to be copied by hand", async ({ page }) => {
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("refused", "NotAllowedError"));
  });
  await openCode(page, LOGIN);
  await page.getByRole("button", { name: `${shell.copy}: Correct program in Python`, exact: true }).click();
  await expect(page.getByText(shell.notCopied)).toBeVisible();
  const selected = await page.evaluate(() => String(getSelection()));
  expect(selected.trim()).toBe((await program(page, "correct", "Python").innerText()).trim());
});

test("the programming language is chosen by keyboard and outlives the page", async ({ page }) => {
  await openCode(page, LOGIN);
  await page.getByRole("radio", { name: "Python" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(program(page, "correct", "Rust")).toContainText("fn main()");
  await page.reload();
  await expect(program(page, "correct", "Rust")).toContainText("fn main()");
});

test.describe("in Indonesian", () => {
  test.use({ locale: "id" });

  test("the screen and the comments in the programs are Indonesian", async ({ page }) => {
    await openCode(page, LOGIN);
    const shown = page.getByRole("region", { name: indonesian.framings.correct.label("Python") });
    await expect(shown).toContainText(indonesian.remarks.title);
    await expect(page.getByText(indonesian.explanations.naive)).toBeVisible();
    await expectAccessible(page);
  });
});

for (const width of [320, 1440]) {
  test(`the screen fits ${width} px, and axe has nothing to say`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await openCode(page, LOGIN, HALO);
    await expect(program(page, "correct", "Python")).toBeVisible();
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(sideways).toBe(0);
    await expectAccessible(page);
  });
}
