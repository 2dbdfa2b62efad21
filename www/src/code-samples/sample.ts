// What a program has to send to repeat an exchange on a real server.
//
// A token of the simulation means nothing there. So when a session of the simulation took part in the exchange, the program
// first sends the very request that had opened it, and puts the token that it gets where the simulated one stood.

import type { CommandView, Exchange, Observation, TraceFilter, TraceRows } from "chatting-time-wasm";

export interface Sample {
  /** The request that opens a session, when the exchange needs one. */
  login?: Uint8Array;
  /** The request itself, cut where the token stands. */
  request: Part[];
  session: Session;
}

/** Bytes to send as they are, or the token that the login gave. */
export type Part = Uint8Array | typeof TOKEN;

export const TOKEN = "token";

/** What the request has to do with a session. */
export type Session =
  /** It needs none. */
  | "none"
  /** It has the token of one in it. */
  | "token"
  /** It uses the one that its connection is bound to. */
  | "bound"
  /** It was refused for want of one. A real server refuses it as well. */
  | "refused";

/** What is asked of a playground. */
export interface Trace {
  exchange(number: number): Exchange | undefined;
  rows(filter: TraceFilter, from: number, count: number): TraceRows;
  trace(from: number, count: number): Observation[];
}

export function sampleOf(trace: Trace, exchange: Exchange, commands: CommandView[]): Sample {
  const request = exchange.requestRaw;
  if (!needsSession(trace, exchange, commands)) return { request: [request], session: "none" };
  if (wasRefused(trace, exchange)) return { request: [request], session: "refused" };
  let bound: OpenedSession | undefined;
  for (const opened of sessionsBefore(trace, exchange)) {
    const parts = cutAt(request, new TextEncoder().encode(opened.token));
    if (parts.length > 1) return { login: opened.login, request: parts, session: "token" };
    if (opened.connection === exchange.connection) {
      bound ??= opened;
    }
  }
  return bound
    ? { login: bound.login, request: [request], session: "bound" }
    : { request: [request], session: "refused" };
}

function needsSession(trace: Trace, exchange: Exchange, commands: CommandView[]): boolean {
  const what = trace.trace(exchange.request, 1)[0]?.what;
  const command = what?.kind === "request" ? what.command : undefined;
  return commands.some(({ word, needsSession }) => word === command && needsSession);
}

function wasRefused(trace: Trace, exchange: Exchange): boolean {
  const what = exchange.reply === undefined ? undefined : trace.trace(exchange.reply, 1)[0]?.what;
  return what?.kind === "reply" && what.code === "session_not_found";
}

interface OpenedSession {
  token: string;
  connection: number;
  /** The request that opened it. */
  login: Uint8Array;
}

const ROWS_AT_ONCE = 200;

/** The sessions that were opened before an exchange, the latest first: those whose reply has a token in it. */
function* sessionsBefore(trace: Trace, exchange: Exchange): Generator<OpenedSession> {
  const filter: TraceFilter = { view: "messages", text: '"tokenid"' };
  let end = trace.rows(filter, 0, 0).total;
  while (end > 0) {
    const from = Math.max(0, end - ROWS_AT_ONCE);
    for (const { number, observation } of trace.rows(filter, from, end - from).rows.reverse()) {
      const { what } = observation;
      const token = what.kind === "reply" && number < exchange.request ? tokenOf(what.bytes) : undefined;
      const login = token && trace.exchange(number)?.requestRaw;
      if (what.kind === "reply" && token && login) {
        yield { token, connection: what.connection, login };
      }
    }
    end = from;
  }
}

/** A reply is JSON that the escapes of the trace leave as it is, but for its terminator. */
function tokenOf(reply: string): string | undefined {
  return /"tokenid": "([^"\\]+)"/.exec(reply)?.[1];
}

/** The bytes between the places where the token stands, and the token at each of them. */
function cutAt(bytes: Uint8Array, token: Uint8Array): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (let at = indexOf(bytes, token, from); at >= 0; at = indexOf(bytes, token, from)) {
    parts.push(bytes.subarray(from, at), TOKEN);
    from = at + token.length;
  }
  parts.push(bytes.subarray(from));
  return parts.filter((part) => part === TOKEN || part.length > 0);
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = from; at + wanted.length <= bytes.length; at += 1) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
