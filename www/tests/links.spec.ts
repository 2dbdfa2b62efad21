// Links as data: what is written can be read, what is damaged is named, and what was ever written opens for ever.

import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";

import { expect, test } from "@playwright/test";
import { type Input, Playground, type Scenario } from "chatting-time-wasm";

import { LARGEST_FILE, scenarioFromFile, scenarioToFile } from "../src/links/file";
import { decodeLink, encodeLink, LARGEST_TEXT, LONGEST_FRAGMENT } from "../src/links/link";
import { SEED } from "./simulation.ts";

/**
 * Links that people have, with the fingerprint of the state in which each ends. Nothing here is ever changed: a link that
 * opens no more, or opens to something else, is a mistake in the playground. What links can newly hold is added at the end.
 */
const V1_LINKS: { holds: string; link: string; hash: string }[] = JSON.parse(
  readFileSync(new URL("v1-links.json", import.meta.url), "utf8"),
);

for (const { holds, link, hash } of V1_LINKS) {
  test(`a link of version 1 with ${holds} opens to the state that it was made in`, async () => {
    const playground = Playground.open(await scenarioIn(link));
    expect(playground.moment().hash).toBe(hash);
    const again = await encodeLink(playground.scenario());
    expect(again.ok && Playground.open(await scenarioIn(again.value)).moment().hash).toBe(hash);
  });
}

async function scenarioIn(link: string): Promise<Scenario> {
  const decoded = await decodeLink(link);
  if (!decoded.ok) throw new Error(decoded.problem);
  return decoded.value;
}

const SCENARIO: Scenario = {
  version: 1,
  seed: SEED,
  config: { clients: ["messi", "Gary \u{1f44b}"], language: "id" },
  branches: [
    { inputs: [{ kind: "type", client: 1, bytes: "halo \\xff \u{1f44b}\\r\\n" }] },
    { from: 0, at: 1, name: "lain", inputs: [] },
  ],
  branch: 1,
  step: 1,
};

function link(text: string | Buffer, version = "v1"): string {
  return `#${version}.${deflateRawSync(text).toString("base64url")}`;
}

test("a link gives back the scenario that it was made of, with or without its #", async () => {
  const made = await encodeLink(SCENARIO);
  if (!made.ok) throw new Error(made.problem);
  expect(made.value).toMatch(/^#v1\.[A-Za-z0-9_-]+$/);
  expect(await decodeLink(made.value)).toEqual({ ok: true, value: SCENARIO });
  expect(await decodeLink(made.value.slice(1))).toEqual({ ok: true, value: SCENARIO });
});

test("a link is as long as is allowed, or is refused for its length", async () => {
  // Digits of a generator do not deflate to less than they hold.
  const digits = (count: number): Input[] => {
    let state = 1;
    const lines: Input[] = [];
    for (let line = 0; line < count; line += 1) {
      state = (state * 48_271) % 0x7fffffff;
      lines.push({ kind: "enter", client: 0, line: state.toString(36) });
    }
    return lines;
  };
  const lengthOf = async (count: number): Promise<number> => {
    const made = await encodeLink({ ...SCENARIO, branches: [{ inputs: digits(count) }] });
    return made.ok ? made.value.length : Number.POSITIVE_INFINITY;
  };
  let [fits, tooMany] = [0, 20_000];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if ((await lengthOf(middle)) <= LONGEST_FRAGMENT) fits = middle;
    else tooMany = middle;
  }
  expect(await lengthOf(fits)).toBeGreaterThan(LONGEST_FRAGMENT - 32);
  expect(await encodeLink({ ...SCENARIO, branches: [{ inputs: digits(tooMany) }] })).toEqual({
    ok: false,
    problem: "tooLong",
  });
});

test("no link is made that would not open: not of a text that deflates well and is too large", async () => {
  const bytes = "a".repeat(1 << 20);
  const inputs = Array.from({ length: 16 }, (): Input => ({ kind: "type", client: 0, bytes }));
  expect(await encodeLink({ ...SCENARIO, branches: [{ inputs }] })).toEqual({ ok: false, problem: "tooLong" });
});

const DAMAGED: [string, string, string][] = [
  ["another alphabet", `${link("{}")}+/=`, "notBase64"],
  ["a letter too many for base64", "#v1.AAAAA", "notBase64"],
  ["nothing behind the version", "#v1.", "notDeflate"],
  ["bytes that are no deflate stream", `#v1.${Buffer.from("halo halo halo").toString("base64url")}`, "notDeflate"],
  ["an end that was cut off", link(JSON.stringify(SCENARIO)).slice(0, -8), "notDeflate"],
  ["a text that is no UTF-8", link(Buffer.of(0x22, 0xff, 0x22)), "notDeflate"],
  ["a text that is no JSON", link("halo"), "notJson"],
  ["JSON that is no object", link("null"), "notScenario"],
  ["an object without a version", link("{}"), "notScenario"],
  ["a scenario of a later version", link('{"version": 2}'), "unknownVersion"],
  ["a link of a later version", link("{}", "v2"), "unknownVersion"],
];

for (const [name, damaged, problem] of DAMAGED) {
  test(`a link with ${name} is refused as ${problem}`, async () => {
    expect(await decodeLink(damaged)).toEqual({ ok: false, problem });
  });
}

test("a small link that inflates without end is stopped", async () => {
  const bomb = link(Buffer.alloc(LARGEST_TEXT + 1, " "));
  expect(bomb.length).toBeLessThan(LONGEST_FRAGMENT);
  expect(await decodeLink(bomb)).toEqual({ ok: false, problem: "tooLarge" });
});

test("the largest text that a link may hold is read to its end", async () => {
  const text = Buffer.alloc(LARGEST_TEXT, " ");
  text.write(JSON.stringify(SCENARIO));
  expect(await decodeLink(link(text))).toEqual({ ok: true, value: SCENARIO });
});

test("a file gives back the scenario that it was made of", async () => {
  expect(await scenarioFromFile(scenarioToFile(SCENARIO) ?? new Blob())).toEqual({ ok: true, value: SCENARIO });
});

test("as many inputs as a scenario may have fit into a file, and none is made that would not open", async () => {
  const line = "a".repeat(600);
  const long = (inputs: number): Scenario => {
    const all = Array.from({ length: inputs }, (): Input => ({ kind: "enter", client: 0, line }));
    return { ...SCENARIO, branches: [{ inputs: all }] };
  };
  expect(scenarioToFile(long(100_000))?.size).toBeLessThanOrEqual(LARGEST_FILE);
  expect(scenarioToFile(long(110_000))).toBeUndefined();
});

test("brackets within brackets without end are refused before they are read", async () => {
  const deep = `{"version": 1, "seed": ${"[".repeat(1_000)}${"]".repeat(1_000)}}`;
  const quoted = JSON.stringify({ ...SCENARIO, seed: `"\\${"[{".repeat(1_000)}` });
  expect(await scenarioFromFile(new Blob([deep]))).toEqual({ ok: false, problem: "notScenario" });
  expect(await scenarioFromFile(new Blob([quoted]))).toEqual({ ok: true, value: JSON.parse(quoted) });
});

test("a file that is too large is refused without being read", async () => {
  const file = { size: LARGEST_FILE + 1, text: () => Promise.reject(new Error("it was read")) };
  expect(await scenarioFromFile(file as unknown as Blob)).toEqual({ ok: false, problem: "tooLarge" });
});

test("a file that the browser cannot read is refused as unreadable", async () => {
  const file = { size: 1, text: () => Promise.reject(new DOMException("gone", "NotFoundError")) };
  expect(await scenarioFromFile(file as unknown as Blob)).toEqual({ ok: false, problem: "unreadable" });
});
