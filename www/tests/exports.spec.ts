// The exports of a trace, read back as the programs do that they are for.

import { expect, test } from "@playwright/test";
import { type Input, type Observation, type Playground, parseBytes } from "chatting-time-wasm";

import { type Exporter, exportTrace, type Scene, type Words } from "../src/exports/exporter";
import { jsonExporter } from "../src/exports/json";
import { mermaidExporter } from "../src/exports/mermaid";
import { pcapExporter } from "../src/exports/pcap";
import { textExporter } from "../src/exports/text";
import english from "../src/texts/sharing/en";
import { follow, type Packet, readCapture } from "./capture.ts";
import { observations, SEED, simulate } from "./simulation.ts";

const CLIENTS = ["messi; #1", "lineker"];
const SCENE: Scene = { clients: CLIENTS, seed: SEED };

const WORDS: Words = {
  server: "server",
  kind: (what) => what.kind,
  content: (what) => ("bytes" in what ? what.bytes : "text" in what ? what.text : ""),
  transcript: english.transcript,
  tooLongForMermaid: english.tooLongForMermaid,
};

async function exported(playground: Playground, exporter: Exporter): Promise<Buffer> {
  const file = await exportTrace(playground, playground.moment().observations, exporter);
  if (!file) throw new Error("the export was stopped");
  return Buffer.from(await file.arrayBuffer());
}

const enter = (client: number, line: string): Input => ({ kind: "enter", client, line });
const LOGIN = enter(0, "auth messi surabaya");
const STALLED = { latency: 20, jitter: 0, stalled: true };

/** Something of everything that a trace can hold. */
const EVERYTHING: Input[] = [
  LOGIN,
  { kind: "type", client: 0, bytes: "help; #35; %%{init}%% <br/> $$x$$ \u{202e}\\x00\\n" },
  enter(0, "send lineker satu: dua"),
  { kind: "setNetwork", client: 0, direction: "toClient", network: { ...STALLED, stalled: false, pieceBytes: 7 } },
  { kind: "setReader", client: 0, reader: "eachPiece" },
  enter(0, "list"),
  enter(1, "auth lineker surabaya"),
  { kind: "loseReply", client: 1 },
  enter(1, "inbox"),
  { kind: "endSending", client: 0 },
  { kind: "administrate", change: { kind: "changePassword", username: "messi", password: "rahasia" } },
  { kind: "stopServer" },
  enter(1, "list"),
  { kind: "restartServer" },
  enter(1, "list"),
  { kind: "reset", client: 1 },
  { kind: "addClient", name: "henderson" },
];

test("the text says every observation with its time and place", async () => {
  const playground = simulate(EVERYTHING, CLIENTS);
  const text = (await exported(playground, textExporter(SCENE, WORDS))).toString();
  expect(text).toContain(SEED);
  expect(text.match(/^ *\d+\.\d{3} s {2}\S.*$/gm)).toHaveLength(playground.moment().observations);
  expect(text).toContain("0.000 s  messi; #1 #0 → server: written: auth messi surabaya\\r\\n\n");
  expect(text).toContain("0.040 s  server → messi; #1 #0: arrived: {");
});

test("the JSON holds what the engine observed", async () => {
  const playground = simulate(EVERYTHING, CLIENTS);
  const read = JSON.parse((await exported(playground, jsonExporter(SCENE))).toString());
  expect(read).toMatchObject({ format: "chatting-time-trace", version: 1, seed: SEED, clients: CLIENTS });
  const expected = observations(playground).map((observation, number) => ({ number, ...observation }));
  expect(read.observations).toEqual(JSON.parse(JSON.stringify(expected)));
});

test("a long trace is exported whole, and not at all once it is not wanted any more", async () => {
  const playground = simulate(Array.from({ length: 400 }, () => enter(0, "help")));
  const read = JSON.parse((await exported(playground, jsonExporter(SCENE))).toString());
  expect(read.observations).toHaveLength(playground.moment().observations);
  expect(read.observations.length).toBeGreaterThan(2_000);
  expect(await exportTrace(playground, 2_000, jsonExporter(SCENE), AbortSignal.abort())).toBeUndefined();
});

/** What arrived in one direction of a connection, as the trace has it. */
function arrived(trace: Observation[], connection: number, direction: "toServer" | "toClient"): string {
  const pieces = trace.flatMap(({ what }) =>
    what.kind === "arrived" && what.connection === connection && what.direction === direction
      ? [parseBytes(what.bytes)]
      : [],
  );
  return Buffer.concat(pieces).toString("latin1");
}

async function captured(inputs: Input[]): Promise<{ trace: Observation[]; packets: Packet[] }> {
  const playground = simulate(inputs);
  return {
    trace: observations(playground),
    packets: readCapture(await exported(playground, pcapExporter(parseBytes))),
  };
}

const TO_SERVER = "192.0.2.11:49152 > 192.0.2.1:8889";
const TO_CLIENT = "192.0.2.1:8889 > 192.0.2.11:49152";

test("the capture holds the bytes of both directions in order, at the times at which they arrived", async () => {
  const long = `send messi ${"x".repeat(5_000)}`;
  const { trace, packets } = await captured([LOGIN, enter(0, long), enter(0, "inbox"), { kind: "close", client: 0 }]);
  const streams = follow(packets);
  expect(streams.get(TO_SERVER)?.toString("latin1")).toBe(arrived(trace, 0, "toServer"));
  expect(streams.get(TO_CLIENT)?.toString("latin1")).toBe(arrived(trace, 0, "toClient"));
  expect(packets.slice(0, 3).map(({ flags }) => flags)).toEqual(["S", "SA", "A"]);
  expect(packets.filter(({ flags }) => flags === "FA").map(({ flow }) => flow)).toEqual([TO_SERVER, TO_CLIENT]);
  expect(packets.filter(({ bytes }) => bytes.length > 1_460)).toEqual([]);

  for (const [index, { flags, reverse }] of packets.entries()) {
    if (flags === "PA") expect(packets[index + 1], "acknowledgement").toMatchObject({ flow: reverse, flags: "A" });
  }

  const times = packets.map(({ time }) => time);
  expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
  const request = trace.find(({ what }) => what.kind === "arrived");
  const packet = packets.find(({ bytes }) => bytes.length > 0);
  expect(Math.floor((packet?.time ?? 0) / 1_000)).toBe(request?.time);
});

test("a reply that is lost is a reset in the capture, and nothing comes behind it", async () => {
  const { packets } = await captured([LOGIN, { kind: "loseReply", client: 0 }, enter(0, "inbox")]);
  follow(packets);
  expect(packets.at(-1)).toMatchObject({ flow: TO_CLIENT, flags: "RA" });
});

test("bytes that come to a client which has closed are answered with a reset", async () => {
  const { packets } = await captured([
    LOGIN,
    { kind: "setNetwork", client: 0, direction: "toClient", network: STALLED },
    enter(0, "list"),
    { kind: "close", client: 0 },
    { kind: "setNetwork", client: 0, direction: "toClient", network: { ...STALLED, stalled: false } },
    { kind: "advance", milliseconds: 100 },
  ]);
  follow(packets);
  expect(packets.at(-1)).toMatchObject({ flow: TO_SERVER, flags: "RA" });
});

test("a connection that nobody accepts is refused in the capture", async () => {
  const { packets } = await captured([{ kind: "stopServer" }, LOGIN]);
  expect(packets.map(({ flags }) => flags)).toEqual(["S", "RA"]);
});

test("everything at once makes a capture without a mistake", async () => {
  const { packets } = await captured(EVERYTHING);
  follow(packets);
});

test("no line of the Mermaid text has a character in it that means something to Mermaid", async () => {
  const playground = simulate(EVERYTHING, CLIENTS);
  const [first, ...lines] = (await exported(playground, mermaidExporter(SCENE, WORDS)))
    .toString()
    .trimEnd()
    .split("\n");
  expect(first).toBe("sequenceDiagram");
  for (const line of lines) {
    const [, statement, message] =
      /^ {2}(participant \w+ as|Note over [\w,]+:|\w+(?:->>|-->>|-x|--x)\w+:) (.+)$/.exec(line) ?? [];
    expect(statement, line).toBeDefined();
    // What is left when its entities are taken away.
    expect(message?.replaceAll(/#\d+;/g, "")).not.toMatch(/[;#%:<>&\\$\p{C}]/u);
  }
  expect(lines).toContain("  participant c0 as messi#59; #35;1");
  expect(lines.join("\n")).toMatch(/c0->>s: send \S+ lineker satu#58; dua /);
});

test("a Mermaid text that is too long for Mermaid says so", async () => {
  const short = await exported(simulate([LOGIN]), mermaidExporter(SCENE, WORDS));
  expect(short.toString()).not.toContain(english.tooLongForMermaid);
  const long = await exported(
    simulate(Array.from({ length: 300 }, () => enter(0, "help"))),
    mermaidExporter(SCENE, WORDS),
  );
  expect(long.length).toBeGreaterThan(50_000);
  expect(long.toString()).toContain(`%% ${english.tooLongForMermaid}`);
});
