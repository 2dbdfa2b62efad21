// What a client card asks for. The Lab's clients do it in the playground; those of the real server over a WebSocket.

import type { Reader } from "chatting-time-wasm";

import type { Playground } from "../../model/playground";

export interface ClientActions {
  /** A person enters a line at the terminal. Whether it was taken. */
  enter(line: string): boolean;
  /** A program writes exactly these bytes, given as escaped text. */
  type?(bytes: string): boolean;
  connect?(): void;
  endSending?(): void;
  close?(): void;
  reset?(): void;
  setReader?(reader: Reader): void;
  /** A line of the dialogue was chosen, by the observation that it came from. */
  select?(observation: number): void;
}

export function actionsInPlayground(playground: Playground, client: number): ClientActions {
  return {
    enter: (line) => playground.apply({ kind: "enter", client, line }),
    type: (bytes) => playground.apply({ kind: "type", client, bytes }),
    connect: () => playground.apply({ kind: "connect", client }),
    endSending: () => playground.apply({ kind: "endSending", client }),
    close: () => playground.apply({ kind: "close", client }),
    reset: () => playground.apply({ kind: "reset", client }),
    setReader: (reader) => playground.apply({ kind: "setReader", client, reader }),
    select: (observation) => playground.selection.toggle(observation),
  };
}
