// The programs of the Code screen, run against the real server: they get the replies that the simulation showed.

import { commands, parseBytes } from "chatting-time-wasm";

import { PROGRAM_LANGUAGES, programOf } from "../src/code-samples/program";
import { type Sample, sampleOf } from "../src/code-samples/sample";
import english from "../src/texts/code/en";
import indonesian from "../src/texts/code/id";
import { expect, test } from "./fixtures.ts";
import { allAtOnce, firstByteOnly, singleBytes } from "./relay.ts";
import { runProgram } from "./run-program.ts";
import { latestExchange, latestToken, simulate } from "./simulation.ts";

const LOGIN = "auth messi surabaya\\r\\n";

/** What a client writes, as escaped bytes; `TOKEN` is the token that the login gave. The last request is the exchange. */
const EXCHANGES: Record<string, string[]> = {
  "a login": [LOGIN],
  "a login that is refused": ["auth messi jakarta\\r\\n"],
  "a token": [LOGIN, "list TOKEN\\r\\n"],
  "the session of the connection": [LOGIN, "send lineker é\\r\\n"],
  "no session": ["inbox\\n"],
  "a token that died": [LOGIN, "logout TOKEN\\r\\n", "list TOKEN\\r\\n"],
  "quotes and backslashes": [LOGIN, 'send TOKEN lineker "it\'s" \\\\n \\\\ {x} %s ${y} `z` // # \\r\\n'],
  "scripts, marks and controls": [
    LOGIN,
    "send TOKEN lineker ü e\u0301 你好 👋🏽 \u202e \ufeff\\x00\\x07\\x7f\\t\\r\\r\\n",
  ],
  "a message of two lines": [LOGIN, "send TOKEN lineker satu\\ndua\\r\\n"],
  "bytes that are no text": [LOGIN, "send TOKEN lineker \\xff\\xfe\\r\\n"],
  "bytes that are no text, and no token": ["\\xc3(\\r\\n"],
};

interface Repeated {
  sample: Sample;
  /** What a program prints that repeats it, with every token replaced. */
  printed: string;
  /** What it sends, byte for byte but for the tokens. */
  sent: string;
  /** The replies as a server sends them. */
  replies: string;
}

function repeated(written: string[]): Repeated {
  const playground = simulate(
    written.map((bytes) => (playground) => ({
      kind: "type",
      client: 0,
      bytes: bytes.replaceAll("TOKEN", latestToken(playground)),
    })),
  );
  const exchange = latestExchange(playground);
  const sample = sampleOf(playground, exchange, commands());
  const login = sample.login ? [latestExchange(simulate([{ kind: "type", client: 0, bytes: LOGIN }]))] : [];
  const exchanges = [...login, exchange];
  const replies = exchanges.map(({ replyBytes = "" }) => new TextDecoder().decode(parseBytes(replyBytes)));
  playground.free();
  return {
    sample,
    printed: withoutTokens(replies.map((reply) => reply.replace("\r\n\r\n", "\n")).join("")),
    sent: withoutTokens(exchanges.map(({ requestRaw }) => Buffer.from(requestRaw).toString("latin1")).join("")),
    replies: replies.join(""),
  };
}

function withoutTokens(text: string): string {
  return text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "TOKEN");
}

for (const language of PROGRAM_LANGUAGES) {
  test(`correct ${language} programs get the simulation's replies, whole and in single bytes`, async ({ server }) => {
    test.slow();
    const relay = await singleBytes(server.chat);
    let received = 0;
    for (const [name, written] of Object.entries(EXCHANGES)) {
      await test.step(name, async () => {
        const { sample, printed, sent } = repeated(written);
        const program = programOf(sample, language, "correct", english.remarks);
        const prints = await runProgram(language, program, server.chat, relay.chat);
        expect(prints.map(withoutTokens), name).toEqual([printed, printed]);
        expect(withoutTokens(relay.received().subarray(received).toString("latin1")), name).toBe(sent);
        received = relay.received().length;
      });
    }
    await relay.stop();
  });

  test(`a correct ${language} program tells replies apart that arrive together`, async () => {
    const { sample, printed, replies } = repeated(EXCHANGES["a token"] ?? []);
    const relay = await allAtOnce(replies);
    const program = programOf(sample, language, "correct", indonesian.remarks);
    expect((await runProgram(language, program, relay.chat)).map(withoutTokens)).toEqual([printed]);
    await relay.stop();
  });

  test(`naive ${language} programs take the first piece for the reply`, async ({ server }) => {
    for (const name of ["a login", "a token", "the session of the connection"]) {
      const { sample } = repeated(EXCHANGES[name] ?? []);
      const relay = await firstByteOnly(server.chat);
      const program = programOf(sample, language, "naive", english.remarks);
      const [printed] = await runProgram(language, program, relay.chat);
      expect(printed?.split("\n")[0], name).toBe("{");
      await relay.stop();
    }
  });
}
