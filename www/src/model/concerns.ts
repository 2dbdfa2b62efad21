// Which observation is about which row of the server's state: what ties the state to the trace for selections.

import type { ConnectionView, MailboxView, Observation, SessionView, UserView } from "chatting-time-wasm";

import type { Playground } from "./playground";

export type Concerns = (observation: Observation) => boolean;

/** How far back the cause of a row is looked for, in observations. */
const LOOK_BACK = 5_000;
const WINDOW = 250;

export function concernsConnection({ connection }: ConnectionView): Concerns {
  return ({ what }) => "connection" in what && what.connection === connection;
}

export function concernsUser({ username }: UserView): Concerns {
  return ({ what }) => isEvent(what, /^user|^password/, username);
}

export function concernsSession({ username, opened }: SessionView): Concerns {
  return ({ what, time }) =>
    what.kind === "stateChanged" &&
    isEvent(what, /^session/, username) &&
    (what.event !== "sessionOpened" || time === opened);
}

export function concernsMailbox({ username }: MailboxView): Concerns {
  return ({ what }) =>
    isEvent(what, /^message/, username) ||
    ((what.kind === "mailboxBusy" || what.kind === "givenBack") && what.username === username);
}

function isEvent(what: Observation["what"], event: RegExp, username: string): boolean {
  return what.kind === "stateChanged" && what.username === username && event.test(what.event);
}

/** The number of the latest observation of which `wanted` holds. */
export function latest(playground: Playground, wanted: Concerns): number | undefined {
  const { observations } = playground.moment.peek();
  const end = Math.max(0, observations - LOOK_BACK);
  for (let from = observations; from > end; from -= WINDOW) {
    const start = Math.max(end, from - WINDOW);
    const at = playground.trace(start, from - start).findLastIndex(wanted);
    if (at >= 0) return start + at;
  }
  return undefined;
}
