// Links, files and exports, as a person uses them.

import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";

import type { Locator, Page } from "@playwright/test";
import { type Input, Playground, type Scenario } from "chatting-time-wasm";

import { decodeLink, encodeLink, LARGEST_TEXT } from "../src/links/link";
import shell from "../src/texts/en";
import english from "../src/texts/sharing/en";
import indonesian from "../src/texts/sharing/id";
import { readCapture } from "./capture.ts";
import { expect, expectAccessible, open, test, untilReady } from "./fixtures.ts";
import { card, enter } from "./lab-actions.ts";
import { SEED, simulate } from "./simulation.ts";

const LOGIN: Input = { kind: "enter", client: 0, line: "auth messi surabaya" };
const HALO: Input = { kind: "enter", client: 0, line: "send lineker halo" };

function scenarioOf(...inputs: Input[]): Scenario {
  return simulate(inputs).scenario();
}

async function linkTo(scenario: Scenario): Promise<string> {
  const made = await encodeLink(scenario);
  if (!made.ok) throw new Error(made.problem);
  return made.value;
}

function linkOf(text: string | Buffer): string {
  return `#v1.${deflateRawSync(text).toString("base64url")}`;
}

/** Where a scenario ends: the fingerprint of everything that was observed in it. */
function endOf(scenario: Scenario): string {
  return Playground.open(scenario).moment().hash;
}

async function openLink(page: Page, link: string): Promise<void> {
  await open(page, link);
  await expect(page.getByRole("status").getByText(english.opened.link)).toBeVisible();
}

/** Follows a link in a page that is open, as from a message that is read in it. */
async function follow(page: Page, link: string): Promise<void> {
  await page.evaluate((fragment) => {
    location.hash = fragment;
  }, link);
}

async function share(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: shell.share, exact: true }).click();
  return page.getByRole("dialog", { name: english.title });
}

/** What the page has open, read off the link that it makes. */
async function shownScenario(page: Page): Promise<Scenario> {
  const dialog = await share(page);
  const field = dialog.getByLabel(english.link.label);
  await expect(field).toHaveValue(/#v1\./);
  const decoded = await decodeLink((await field.inputValue()).replace(/^[^#]*/, ""));
  if (!decoded.ok) throw new Error(decoded.problem);
  await page.keyboard.press("Escape");
  return decoded.value;
}

test("a link opens, leaves the address, outlives a reload, and is made again to the same end state", async ({
  page,
}) => {
  const scenario = scenarioOf(LOGIN, HALO);
  await openLink(page, await linkTo(scenario));
  expect(new URL(page.url()).hash).toBe("#/lab");
  expect(endOf(await shownScenario(page))).toBe(endOf(scenario));
  await page.reload();
  await untilReady(page);
  expect(endOf(await shownScenario(page))).toBe(endOf(scenario));
});

test("a link keeps what was there: back at one press, and in the dialog after a reload", async ({ page }) => {
  const [mine, theirs] = [scenarioOf(LOGIN), scenarioOf(LOGIN, HALO)];
  await openLink(page, await linkTo(mine));
  await follow(page, await linkTo(theirs));
  await page.getByRole("button", { name: english.opened.undo }).click();
  await expect(page.getByText(english.opened.former)).toBeVisible();
  expect(endOf(await shownScenario(page))).toBe(endOf(mine));

  await page.reload();
  await untilReady(page);
  const dialog = await share(page);
  await dialog.getByRole("heading", { name: english.former.title }).scrollIntoViewIfNeeded();
  await dialog.getByRole("button", { name: english.former.open(inputsOf(theirs), "").slice(0, -3) }).click();
  await expect(page.getByText(english.opened.former)).toBeVisible();
  expect(endOf(await shownScenario(page))).toBe(endOf(theirs));
});

function inputsOf(scenario: Scenario): number {
  return scenario.branches.reduce((count, { inputs }) => count + inputs.length, 0);
}

const BROKEN: [string, string, keyof typeof english.problems.link][] = [
  ["was changed on its way", "#v1.AB%20CD", "notBase64"],
  ["lost its end", linkOf(JSON.stringify(scenarioOf(LOGIN))).slice(0, -9), "notDeflate"],
  ["holds no JSON", linkOf("halo"), "notJson"],
  ["holds something else", linkOf("[1, 2]"), "notScenario"],
  ["holds a scenario with a mistake", linkOf(JSON.stringify({ ...scenarioOf(LOGIN), branch: 7 })), "notScenario"],
  ["is of a later version", "#v2.AAAA", "unknownVersion"],
  ["holds a scenario of a later version", linkOf('{"version": 2}'), "unknownVersion"],
  ["inflates without end", linkOf(Buffer.alloc(LARGEST_TEXT + 1, " ")), "tooLarge"],
];

for (const [name, link, problem] of BROKEN) {
  test(`a link that ${name} is explained, and what was there stays`, async ({ page }) => {
    const scenario = scenarioOf(LOGIN);
    await openLink(page, await linkTo(scenario));
    await follow(page, link);
    await expect(page.getByRole("status").getByText(english.problems.link[problem])).toBeVisible();
    expect(new URL(page.url()).hash).toBe("#/lab");
    expect(endOf(await shownScenario(page))).toBe(endOf(scenario));
  });
}

test.describe("in Indonesian", () => {
  test.use({ locale: "id" });

  test("a broken link is explained, and the dialog speaks Indonesian", async ({ page }) => {
    await open(page, "#v1.%");
    await expect(page.getByRole("status").getByText(indonesian.problems.link.notBase64)).toBeVisible();
    await page.getByRole("button", { name: "Bagikan" }).click();
    await expect(page.getByRole("dialog", { name: indonesian.title })).toBeVisible();
    await expectAccessible(page);
  });
});

test("the link is copied", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const scenario = scenarioOf(LOGIN);
  await openLink(page, await linkTo(scenario));
  const dialog = await share(page);
  await dialog.getByRole("button", { name: english.link.copy }).click();
  await expect(dialog.getByText(english.link.copied)).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(await dialog.getByLabel(english.link.label).inputValue());
});

test("where the browser refuses to copy, the link is selected to be copied by hand", async ({ page }) => {
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("refused", "NotAllowedError"));
  });
  await openLink(page, await linkTo(scenarioOf(LOGIN)));
  const dialog = await share(page);
  await dialog.getByRole("button", { name: english.link.copy }).click();
  await expect(dialog.getByText(english.link.notCopied)).toBeVisible();
  const field = dialog.getByLabel(english.link.label);
  const selected = await field.evaluate((input: HTMLInputElement) => [input.selectionStart, input.selectionEnd]);
  expect(selected).toEqual([0, (await field.inputValue()).length]);
});

test("a browser whose CompressionStream does not know the format says why it has no links", async ({ page }) => {
  await page.addInitScript(() => {
    window.CompressionStream = class extends CompressionStream {
      constructor(format: CompressionFormat) {
        if (format === "deflate-raw") throw new TypeError("unsupported format");
        super(format);
      }
    };
  });
  await open(page);
  const dialog = await share(page);
  await expect(dialog.getByText(english.link.noCompression)).toBeVisible();
});

test("a browser without CompressionStream makes and opens files, and says why it has no links", async ({ page }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, "CompressionStream");
    Reflect.deleteProperty(window, "DecompressionStream");
  });
  const scenario = scenarioOf(LOGIN);
  await open(page, await linkTo(scenario));
  await expect(page.getByRole("status").getByText(english.problems.link.noCompression)).toBeVisible();
  const dialog = await share(page);
  await expect(dialog.getByText(english.link.noCompression)).toBeVisible();
  await expect(dialog.getByLabel(english.link.label)).toBeHidden();
  await dialog.getByLabel(english.file.open).setInputFiles(fileOf(scenario));
  await expect(page.getByText(english.opened.file)).toBeVisible();
  expect(endOf(JSON.parse((await saved(page, english.file.save)).toString()))).toBe(endOf(scenario));
});

function fileOf(content: Scenario | string): { name: string; mimeType: string; buffer: Buffer } {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return { name: "scenario.json", mimeType: "application/json", buffer: Buffer.from(text) };
}

/** What a button of the dialog saves. */
async function saved(page: Page, button: string): Promise<Buffer> {
  const dialog = await share(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("button", { name: button, exact: true }).click(),
  ]);
  return readFileSync(await download.path());
}

test("a scenario that was saved as a file opens again, and what was there is kept", async ({ page }) => {
  const scenario = scenarioOf(LOGIN, HALO);
  await openLink(page, await linkTo(scenario));
  const file = await saved(page, english.file.save);
  await page.reload();
  await open(page, await linkTo(scenarioOf(LOGIN)));
  const dialog = await share(page);
  await dialog.getByLabel(english.file.open).setInputFiles(fileOf(file.toString()));
  await expect(page.getByText(english.opened.file)).toBeVisible();
  await expect(page.getByRole("button", { name: english.opened.undo })).toBeVisible();
  expect(endOf(await shownScenario(page))).toBe(endOf(scenario));
});

for (const [name, content, problem] of [
  ["no JSON", "halo", "notJson"],
  ["no scenario", "{}", "notScenario"],
  ["a scenario with a mistake", JSON.stringify({ ...scenarioOf(LOGIN), step: 999 }), "notScenario"],
  ["a scenario of a later version", '{"version": 2}', "unknownVersion"],
] as const) {
  test(`a file that holds ${name} is explained, and what was there stays`, async ({ page }) => {
    const scenario = scenarioOf(LOGIN);
    await openLink(page, await linkTo(scenario));
    const dialog = await share(page);
    await dialog.getByLabel(english.file.open).setInputFiles(fileOf(content));
    await expect(dialog.getByText(english.problems.file[problem])).toBeVisible();
    await page.keyboard.press("Escape");
    expect(endOf(await shownScenario(page))).toBe(endOf(scenario));
  });
}

/** Lines that differ, so that they do not deflate to nothing, each with the time that its reply takes. */
function manyInputs(count: number): Input[] {
  return Array.from({ length: count }, (_, line) =>
    line % 2 === 0
      ? { kind: "type", client: 0, bytes: `help ${(line * 48_271) % 0x7fffffff}\\n` }
      : { kind: "advance", milliseconds: 40 },
  );
}

/** Each reads the accounts again. */
function restarts(count: number): Input[] {
  const accounts = Array.from({ length: 200 }, (_, number): Input => {
    const user = { username: `user${number}`, name: "User", country: "Argentina", password: "rahasia" };
    return { kind: "administrate", change: { kind: "addUser", ...user } };
  });
  const kinds = Array.from({ length: count }, (_, number) => (number % 2 ? "restartServer" : "stopServer"));
  return [...accounts, ...kinds.map((kind): Input => ({ kind }))];
}

function longScenario(inputs: Input[]): Scenario {
  const config: Scenario["config"] = { clients: ["messi"], language: "en" };
  return { version: 1, seed: SEED, config, branches: [{ inputs }], branch: 0, step: inputs.length };
}

test("a scenario of 100,000 inputs opens from a file, takes no more and is saved again, and has no link, with the reason", async ({
  page,
}) => {
  test.slow();
  const inputs = manyInputs(100_000);
  await open(page);
  const dialog = await share(page);
  await dialog.getByLabel(english.file.open).setInputFiles(fileOf(longScenario(inputs)));
  await expect(page.getByText(english.opened.file)).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: shell.timeline.stepBack }).click();
  await expect(page.getByRole("slider", { name: shell.timeline.slider })).toHaveValue("99999");
  await enter(page, "messi", "one more");
  await expect(page.getByText(shell.failures.historyFull)).toBeVisible();
  const again = JSON.parse((await saved(page, english.file.save)).toString());
  expect(again.branches).toHaveLength(1);
  expect(again.branches[0].inputs).toEqual(inputs);
  await expect(page.getByText(english.link.tooLong)).toBeVisible();
});

test("a file with one input too many, or with too much to play, is explained; what was there stays and goes on", async ({
  page,
}) => {
  test.slow();
  const scenario = scenarioOf(LOGIN);
  await openLink(page, await linkTo(scenario));
  for (const inputs of [manyInputs(100_001), restarts(99_000)]) {
    const dialog = await share(page);
    await dialog.getByLabel(english.file.open).setInputFiles(fileOf(longScenario(inputs)));
    await expect(dialog.getByText(english.problems.file.tooLarge)).toBeVisible({ timeout: 60_000 });
    await page.keyboard.press("Escape");
  }
  expect(endOf(await shownScenario(page))).toBe(endOf(scenario));
  await enter(page, "messi", "send lineker halo");
  await expect(card(page, "messi").getByRole("log")).toContainText("Message sent to lineker");
});

test("every export is saved in its format", async ({ page }) => {
  const { formats } = english.exports;
  await openLink(page, await linkTo(scenarioOf(LOGIN, HALO)));
  const file = async (name: string): Promise<Buffer> => {
    const content = await saved(page, name);
    await expect(page.getByText(/ is saved where your browser puts downloads/)).toBeVisible();
    await page.keyboard.press("Escape");
    return content;
  };
  expect((await file(formats.text.name)).toString()).toContain(
    `messi: ${shell.trace.kinds.entered}: send lineker halo`,
  );
  expect(JSON.parse((await file(formats.json.name)).toString()).format).toBe("chatting-time-trace");
  expect(readCapture(await file(formats.pcap.name)).length).toBeGreaterThan(6);
  expect((await file(formats.mermaid.name)).toString()).toMatch(/^sequenceDiagram\n/);
});

test("sharing works by keyboard alone, and gives the focus back", async ({ page }) => {
  await openLink(page, await linkTo(scenarioOf(LOGIN)));
  const button = page.getByRole("button", { name: shell.share, exact: true });
  await button.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: english.title });
  const reached = new Set<string>();
  await expect(dialog.getByLabel(english.link.label)).toHaveValue(/#v1\./);
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement?.textContent || document.activeElement?.id || ""));
  }
  for (const name of [english.link.copy, english.file.save, english.exports.formats.pcap.name]) {
    expect([...reached]).toContain(name);
  }
  await expect(dialog.getByLabel(english.file.open)).toBeEnabled();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
});

for (const width of [320, 1440]) {
  test(`the dialog fits ${width} px, and axe has nothing to say`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await openLink(page, await linkTo(scenarioOf(LOGIN)));
    await follow(page, await linkTo(scenarioOf(LOGIN, HALO)));
    const dialog = await share(page);
    await expect(dialog.getByRole("heading", { name: english.former.title })).toBeVisible();
    const sideways = await dialog.evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(sideways).toBe(0);
    await expectAccessible(page);
  });
}

for (const [locale, texts] of [
  ["en", english],
  ["id", indonesian],
] as const) {
  test.describe(`in ${locale}`, () => {
    test.use({ locale });

    test("what could not be opened is saved as a file until it is discarded; a later one takes nothing away", async ({
      page,
    }) => {
      await open(page);
      for (const damaged of ["first", "second", "second"]) {
        await page.evaluate((text) => sessionStorage.setItem("chatting-time/scenario", text), damaged);
        await page.reload();
        await untilReady(page);
      }
      await page
        .locator(".page-head")
        .getByRole("button", { name: /^(Share|Bagikan)$/ })
        .click();
      const dialog = page.getByRole("dialog", { name: texts.title });
      for (const [number, content] of [
        [1, "first"],
        [2, "second"],
      ] as const) {
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          dialog.getByRole("button", { name: texts.unreadable.save(number), exact: true }).click(),
        ]);
        expect(readFileSync(await download.path(), "utf8")).toBe(content);
      }
      await expect(dialog.getByRole("button", { name: texts.unreadable.save(3) })).toHaveCount(0);
      await dialog.getByRole("button", { name: texts.unreadable.discard(2), exact: true }).click();
      await dialog.getByRole("button", { name: texts.unreadable.discard(1), exact: true }).click();
      await expect(dialog.getByRole("heading", { name: texts.unreadable.title })).toHaveCount(0);
    });
  });
}
