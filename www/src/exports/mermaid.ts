// The whole requests and replies as the text of a Mermaid sequence diagram.

import type { Observation } from "chatting-time-wasm";
import type { Exporter, Scene } from "./exporter";
import { type Narration, Narrator } from "./narrator";

export interface DiagramWords {
  /** Said when the text is longer than Mermaid draws unless it is told otherwise. */
  tooLongForMermaid: string;
  narration: Narration;
}

/** Longer messages are cut: nobody can read them in a diagram. In characters. */
const LONGEST_MESSAGE = 160;

/** Mermaid's `maxTextSize` as it comes. In characters. */
const MERMAID_DRAWS = 50_000;

export function mermaidExporter({ clients }: Scene, words: DiagramWords): Exporter {
  const narrator = new Narrator(clients, words.narration);
  let length = 0;
  const counted = (text: string): string => {
    length += text.length;
    return text;
  };
  return {
    fileName: "chatting-time.mmd",
    mediaType: "text/plain;charset=utf-8",
    begin() {
      const people = clients.map((_, client) => `  participant c${client} as ${escaped(narrator.client(client))}\n`);
      return counted(`sequenceDiagram\n${people.join("")}  participant s as ${escaped(words.narration.server)}\n`);
    },
    add: ({ what }) => {
      const sentence = narrator.tell(what);
      const line = lineOf(what, narrator, sentence);
      return line === undefined ? "" : counted(`  ${line}\n`);
    },
    end: () => (length > MERMAID_DRAWS ? `%% ${words.tooLongForMermaid}\n` : ""),
  };
}

/** The line of the diagram, if this observation has one there. */
function lineOf(what: Observation["what"], narrator: Narrator, sentence: string): string | undefined {
  switch (what.kind) {
    case "request":
      return `c${narrator.owner(what.connection)}->>s: ${message(what.bytes)}`;
    case "replyRead":
      return `s-->>c${what.client}: ${message(what.bytes)}`;
    case "lost": {
      const client = `c${narrator.owner(what.connection)}`;
      return `${what.direction === "toServer" ? `${client}-xs` : `s--x${client}`}: ${message(what.bytes)}`;
    }
    case "connected":
    case "connectionRefused":
      return `Note over c${what.client},s: ${message(sentence)}`;
    case "sendingEnded":
    case "closed":
    case "brokeOff":
      return `Note over c${narrator.owner(what.connection)},s: ${message(sentence)}`;
    case "mailboxBusy":
    case "givenBack":
    case "serverStopped":
    case "serverStarted":
      return `Note over s: ${message(sentence)}`;
    default:
      return undefined;
  }
}

function message(text: string): string {
  const characters = Array.from(text);
  return escaped(characters.length > LONGEST_MESSAGE ? `${characters.slice(0, LONGEST_MESSAGE).join("")}…` : text);
}

/**
 * Characters that mean something to Mermaid as its entities: `;` ends a statement, `#` begins an entity, `%%{` a directive,
 * `$$` a formula, `<br>` and `\n` a line, a colon an option. All but what is known to be harmless is written so.
 */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N} "'(),./=?!_[\]{}…→-]/gu, (character) => `#${character.codePointAt(0)};`);
}
