// The observations as a transcript for people: one a line, with its time.

import { Cast } from "./cast";
import type { Exporter, Scene, Words } from "./exporter";

export function textExporter({ clients, seed }: Scene, words: Words): Exporter {
  const cast = new Cast(clients, words.server);
  return {
    fileName: "chatting-time-trace.txt",
    mediaType: "text/plain;charset=utf-8",
    begin: () => `${words.transcript(seed)}\n\n`,
    add({ time, what }) {
      cast.follow(what);
      const start = `${(time / 1_000).toFixed(3).padStart(10)} s  `;
      const line = [cast.place(what), words.kind(what), words.content(what)].filter(Boolean).join(": ");
      // What a terminal shows may have several lines.
      return `${start}${line.replaceAll("\n", `\n${" ".repeat(start.length)}`)}\n`;
    },
    end: () => "",
  };
}
