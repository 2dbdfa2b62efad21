// The stolen token being used: which one, by which client, for which command, and what came of it.

import { signal } from "@preact/signals";
import { type ClientView, type CommandView, commands, type Leak, type Moment } from "chatting-time-wasm";

import type { Playground } from "../../model/playground";
import { eavesdropperTexts } from "../../texts/eavesdropper";

/** Most clients of a scene. */
const CLIENTS = 6;

export interface Theft {
  token: string;
  /** Whose it is, as far as one could hear. */
  owner: string;
  /** The client over whose connection it was heard. */
  victim: number;
  thief: number;
  line: string;
  /** The first observation of the latest attempt. */
  since: number;
}

/** The latest one. */
export const theft = signal<Theft | undefined>(undefined);

/** The commands that a session is needed for. */
export function usableCommands(): CommandView[] {
  return commands().filter((command) => command.needsSession);
}

/** What stands in angle brackets: what a person has to fill in. */
export function parametersOf(usage: string): string[] {
  return [...usage.matchAll(/<([^>]+)>/g)].map(([, name]) => name ?? "");
}

/** The command as a person would enter it. */
export function lineOf(usage: string, token: string, values: Readonly<Record<string, string>>): string {
  return usage.replace("[token]", token).replace(/<([^>]+)>/g, (_, name: string) => values[name] ?? "");
}

/** Who may use it: everybody but the one whom it was stolen from, and a newcomer while there is room. */
export function possibleThieves({ clients }: Moment, leak: Leak): (ClientView | "newcomer")[] {
  const known = clients.filter((view) => view.client !== leak.client);
  return clients.length < CLIENTS ? [...known, "newcomer"] : known;
}

/** Uses a token. Whether it was done; the result is seen at the thief's terminal. */
export function steal(playground: Playground, leak: Leak, thief: number | "newcomer", line: string): boolean {
  const { clients, observations } = playground.moment.peek();
  const t = eavesdropperTexts.current.use;
  const client = thief === "newcomer" ? clients.length : thief;
  const enter = { kind: "enter", client, line } as const;
  const done = playground.applyAll(thief === "newcomer" ? [{ kind: "addClient", name: t.name }, enter] : [enter]);
  if (!done) return false;
  playground.finish();
  theft.value = {
    token: leak.text,
    owner: leak.about ?? t.somebody,
    victim: leak.client,
    thief: client,
    line,
    since: observations,
  };
  return true;
}

/** The same once more. */
export function stealAgain(playground: Playground, latest: Theft): void {
  const { observations } = playground.moment.peek();
  if (!playground.apply({ kind: "enter", client: latest.thief, line: latest.line })) return;
  playground.finish();
  theft.value = { ...latest, since: observations };
}

/** The owner ends the session, at the terminal that it was opened at. */
export function ownerLogsOut(playground: Playground, latest: Theft): boolean {
  const usage = usableCommands().find((command) => command.word === "logout")?.usage ?? "";
  const line = lineOf(usage, latest.token, {});
  const done = playground.apply({ kind: "enter", client: latest.victim, line });
  if (done) playground.finish();
  return done;
}

export type Outcome = "works" | "refused" | "pending";

/** What the thief's terminal answered; nothing, at a moment at which the theft has not happened. */
export function outcomeOf({ clients, observations }: Moment, latest: Theft): Outcome | undefined {
  const view = clients[latest.thief];
  if (!view || observations <= latest.since) return undefined;
  const since = view.dialogue.filter((line) => line.observation >= latest.since);
  const entered = since.findIndex((line) => line.kind === "entered" && line.text.endsWith(latest.line));
  if (entered < 0) return undefined;
  const answers = since.slice(entered);
  if (answers.some((line) => line.kind === "refusal")) return "refused";
  return answers.some((line) => line.kind === "answer") ? "works" : "pending";
}
