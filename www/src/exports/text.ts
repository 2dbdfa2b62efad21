// The observations as a transcript for people: one a line, with its time.

import type { Exporter, Scene } from "./exporter";
import { type Narration, Narrator } from "./narrator";

export interface TranscriptWords {
  transcript(seed: string): string;
  narration: Narration;
}

export function textExporter({ clients, seed }: Scene, words: TranscriptWords): Exporter {
  const narrator = new Narrator(clients, words.narration);
  return {
    fileName: "chatting-time-trace.txt",
    mediaType: "text/plain;charset=utf-8",
    begin: () => `${words.transcript(seed)}\n\n`,
    add({ time, what }) {
      const start = `${(time / 1_000).toFixed(3).padStart(10)} s  `;
      // What a terminal shows may have several lines.
      return `${start}${narrator.tell(what).replaceAll("\n", `\n${" ".repeat(start.length)}`)}\n`;
    },
    end: () => "",
  };
}
