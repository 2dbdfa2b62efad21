// What happened in a lesson so far, put so that checks are easy to write and to read.

import { type Direction, type Moment, type Observation, parseBytes, type SessionView } from "chatting-time-wasm";

type Kind = Observation["what"]["kind"];
type Happening<K extends Kind> = Extract<Observation["what"], { kind: K }>;

/** One thing that happened, with its number in the trace. */
export interface Seen<K extends Kind> {
  readonly number: number;
  readonly time: number;
  readonly causes: readonly number[];
  readonly what: Happening<K>;
}

/** A request of the student, and what became of it. */
export interface Exchange {
  readonly client: number;
  readonly connection: number;
  readonly request: Seen<"request">;
  /** The writes that held bytes of the line, and the pieces in which they reached the server. */
  readonly writes: readonly Seen<"written">[];
  readonly arrivals: readonly Seen<"arrived">[];
  /** The token on the line, if there is one. */
  readonly token: string | undefined;
  readonly reply: Seen<"reply"> | undefined;
  /** The pieces in which the reply reached the client. */
  readonly pieces: readonly Seen<"arrived">[];
  /** What the client took for a reply, as far as it holds bytes of this one. */
  readonly readings: readonly Seen<"replyRead">[];
  /** The client has read the reply, and took it for what it is. */
  readonly isRead: boolean;
  /** The server did what was asked. */
  readonly accepted: boolean;
  /** The code of the refusal. */
  readonly refusal: string | undefined;
}

/** Where something stands in the bytes that a connection carried to its client. */
interface Span {
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

type Layer = "reply" | "arrived" | "replyRead";

const TOKEN = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

export class Scene {
  /** Every request since the lesson began, in the order in which the server found them. */
  readonly exchanges: readonly Exchange[];
  readonly #clients = new Map<number, number>();
  readonly #effects = new Map<number, number[]>();
  readonly #spans = new Map<string, Span[]>();

  /**
   * @param trace everything observed up to `moment`
   * @param start how many of these observations were there before the student began
   * @param taskStart how many were there when the task at hand began
   */
  constructor(
    readonly trace: readonly Observation[],
    readonly moment: Moment,
    readonly start: number,
    readonly taskStart: number = start,
  ) {
    for (const [number, { causes, what }] of trace.entries()) {
      if (what.kind === "connected") this.#clients.set(what.connection, what.client);
      for (const cause of causes) append(this.#effects, cause, number);
      this.#lay(number, what);
    }
    this.exchanges = this.all("request").map((request) => this.#exchange(request));
  }

  /** Everything that the student did has had its consequences. */
  get isAtRest(): boolean {
    return this.moment.nextDue === undefined;
  }

  /** The student's latest request in the task at hand. */
  get latest(): Exchange | undefined {
    const latest = this.exchanges.at(-1);
    return latest && latest.request.number >= this.taskStart ? latest : undefined;
  }

  /** Everything of one kind that happened since the lesson began, or since some observation. */
  all<K extends Kind>(kind: K, since = this.start): Seen<K>[] {
    const found: Seen<K>[] = [];
    for (let number = since; number < this.trace.length; number += 1) {
      const seen = this.seen(number, kind);
      if (seen) found.push(seen);
    }
    return found;
  }

  /** The requests of one client, or of all, with that command. */
  asked(command: string, client?: number): Exchange[] {
    return this.exchanges.filter(
      (exchange) => exchange.request.what.command === command && (client === undefined || exchange.client === client),
    );
  }

  /** What the student's programs wrote, each write with the requests that it completed. */
  writes(since = this.start): { write: Seen<"written">; exchanges: Exchange[] }[] {
    const writes = this.all("written", since).filter(isToward("toServer"));
    return writes.map((write) => ({
      write,
      exchanges: this.exchanges.filter((exchange) => exchange.writes.at(-1)?.number === write.number),
    }));
  }

  /** The live sessions of a user. */
  sessionsOf(username: string): SessionView[] {
    return this.moment.server.sessions.filter(
      (session) => session.username === username && session.change !== "removed",
    );
  }

  /** How many messages wait for a user. */
  waitingFor(username: string): number {
    return this.moment.server.mailboxes.find((mailbox) => mailbox.username === username)?.count ?? 0;
  }

  /** The connections that closed or broke since some observation, by the client whose they were. */
  hasEnded(client: number, since = this.start): boolean {
    const ended = [...this.all("closed", since), ...this.all("brokeOff", since)];
    return ended.some(({ what }) => this.clientOn(what.connection) === client);
  }

  /** Every token that a login gave, also before the lesson began. */
  tokens(): { client: number; token: string; reply: number }[] {
    const tokens: { client: number; token: string; reply: number }[] = [];
    for (const [number, { what, causes }] of this.trace.entries()) {
      if (what.kind !== "reply" || what.code !== undefined) continue;
      const isLogin = causes.some((cause) => this.seen(cause, "request")?.what.command === "auth");
      const token = TOKEN.exec(what.bytes)?.[0];
      const client = this.clientOn(what.connection);
      if (isLogin && token && client !== undefined) tokens.push({ client, token, reply: number });
    }
    return tokens;
  }

  /** Whose connection it is. */
  clientOn(connection: number): number | undefined {
    return this.#clients.get(connection);
  }

  /** The observation of that number, if it is of that kind. */
  seen<K extends Kind>(number: number, kind: K): Seen<K> | undefined {
    const observation = this.trace[number];
    if (observation?.what.kind !== kind) return undefined;
    return { number, time: observation.time, causes: observation.causes, what: observation.what as Happening<K> };
  }

  #exchange(request: Seen<"request">): Exchange {
    const { connection, bytes } = request.what;
    const arrivals = this.#those(request.causes, "arrived");
    const [reply] = this.#those(this.#effects.get(request.number) ?? [], "reply");
    const readings = this.#overlapping(connection, reply, "replyRead");
    return {
      client: this.clientOn(connection) ?? -1,
      connection,
      request,
      arrivals,
      writes: this.#those(
        arrivals.flatMap(({ causes }) => causes),
        "written",
      ),
      token: TOKEN.exec(bytes)?.[0],
      reply,
      pieces: this.#overlapping(connection, reply, "arrived"),
      readings,
      isRead: readings.some(({ what }) => what.whole),
      accepted: reply !== undefined && reply.what.code === undefined,
      refusal: reply?.what.code,
    };
  }

  /** Counts the bytes on their way to a client: as the server decided on them, as they arrived, as they were read. */
  #lay(number: number, what: Observation["what"]): void {
    const isCounted =
      what.kind === "reply" || what.kind === "replyRead" || (what.kind === "arrived" && what.direction === "toClient");
    if (!isCounted) return;
    const layer = key(what.connection, what.kind);
    const from = this.#spans.get(layer)?.at(-1)?.to ?? 0;
    append(this.#spans, layer, { number, from, to: from + parseBytes(what.bytes).length });
  }

  #overlapping<K extends "arrived" | "replyRead">(
    connection: number,
    reply: Seen<"reply"> | undefined,
    kind: K,
  ): Seen<K>[] {
    const place = this.#spans.get(key(connection, "reply"))?.find(({ number }) => number === reply?.number);
    if (!place) return [];
    const spans = this.#spans.get(key(connection, kind)) ?? [];
    const overlapping = spans.filter(({ from, to }) => from < place.to && place.from < to);
    return this.#those(
      overlapping.map(({ number }) => number),
      kind,
    );
  }

  #those<K extends Kind>(numbers: readonly number[], kind: K): Seen<K>[] {
    const inOrder = [...new Set(numbers)].sort((a, b) => a - b);
    return inOrder.map((number) => this.seen(number, kind)).filter((seen) => seen !== undefined);
  }
}

export function isToward(direction: Direction): (seen: { what: { direction: Direction } }) => boolean {
  return (seen) => seen.what.direction === direction;
}

function key(connection: number, layer: Layer): string {
  return `${connection}/${layer}`;
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
