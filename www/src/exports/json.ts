// The observations as JSON: one object, one observation a line, as the engine describes them.

import type { Exporter, Scene } from "./exporter";

/** Grows by one when what is written can't be read as before. */
const VERSION = 1;

export function jsonExporter(scene: Scene): Exporter {
  return {
    fileName: "chatting-time-trace.json",
    mediaType: "application/json",
    begin() {
      const { clients, seed } = scene;
      const head = JSON.stringify({ format: "chatting-time-trace", version: VERSION, seed, clients });
      return `${head.slice(0, -1)},"observations":[`;
    },
    add(observation, number) {
      return `${number === 0 ? "" : ","}\n${JSON.stringify({ number, ...observation })}`;
    },
    end() {
      return "\n]}\n";
    },
  };
}
