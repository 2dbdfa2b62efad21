// The whole requests and replies as the text of a Mermaid sequence diagram.

import type { Observation } from "chatting-time-wasm";
import { Cast } from "./cast";
import type { Exporter, Scene, Words } from "./exporter";

/** Longer messages are cut: nobody can read them in a diagram. In characters. */
const LONGEST_MESSAGE = 160;

/** Mermaid's `maxTextSize` as it comes. In characters. */
const MERMAID_DRAWS = 50_000;

export function mermaidExporter({ clients }: Scene, words: Words): Exporter {
  const cast = new Cast(clients, words.server);
  let length = 0;
  const counted = (text: string): string => {
    length += text.length;
    return text;
  };
  return {
    fileName: "chatting-time.mmd",
    mediaType: "text/plain;charset=utf-8",
    begin() {
      const people = clients.map((name, client) => `  participant c${client} as ${escaped(name)}\n`);
      return counted(`sequenceDiagram\n${people.join("")}  participant s as ${escaped(words.server)}\n`);
    },
    add({ what }) {
      cast.follow(what);
      const line = arrow(what, cast) ?? note(what, cast, words);
      return line === undefined ? "" : counted(`  ${line}\n`);
    },
    end: () => (length > MERMAID_DRAWS ? `%% ${words.tooLongForMermaid}\n` : ""),
  };
}

/** Whole messages, and bytes that never arrived. */
function arrow(what: Observation["what"], cast: Cast): string | undefined {
  switch (what.kind) {
    case "request":
      return `c${cast.owner(what.connection)}->>s: ${message(what.bytes)}`;
    case "replyRead":
      return `s-->>c${what.client}: ${message(what.bytes)}`;
    case "lost": {
      const client = `c${cast.owner(what.connection)}`;
      return `${what.direction === "toServer" ? `${client}-xs` : `s--x${client}`}: ${message(what.bytes)}`;
    }
    default:
      return undefined;
  }
}

/** What becomes of connections and of the server. */
function note(what: Observation["what"], cast: Cast, words: Words): string | undefined {
  const text = message(`${cast.place(what)}: ${words.kind(what)} ${words.content(what)}`.trimEnd());
  switch (what.kind) {
    case "connected":
    case "connectionRefused":
      return `Note over c${what.client},s: ${text}`;
    case "sendingEnded":
    case "closed":
    case "brokeOff":
      return `Note over c${cast.owner(what.connection)},s: ${text}`;
    case "mailboxBusy":
    case "givenBack":
    case "serverStopped":
    case "serverStarted":
      return `Note over s: ${text}`;
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
