// One person at a terminal whose server is real. The dialogue is core's; the WebSocket carries one request or one reply a
// message, and replies come in the order of the requests.

import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { type Answered, RealTerminal, type ShownPart } from "chatting-time-wasm";
import type { Language } from "../../texts/language";
import { Connection, type ConnectionState } from "./connection";
import { Dialogue, type Notice } from "./dialogue";
import type { Recent } from "./recent";

/** Requests that may wait for their replies. */
const MOST_UNANSWERED = 50;
/** Without a reply for so long, the server is called slow. */
const SLOW_AFTER = 5_000;
/** Lines that can be brought back. */
const MOST_EARLIER = 100;

/** Refusals that say something about the server, which is worth a sentence more. */
const EXPLAINED = ["server_busy", "storage_unavailable", "shutting_down"] as const;

/** What the terminal shows besides its dialogue. */
export interface Desk {
  prompt: ShownPart[];
  /** Whose session the terminal remembers. */
  username: string | undefined;
  /** Requests without a reply so far. */
  unanswered: number;
  isSlow: boolean;
}

export class RealClient {
  /** No two clients of one page have the same. */
  readonly key: number;
  /** Its place among the clients, from 0: it chooses shape and colour. */
  readonly client: number;
  readonly dialogue = new Dialogue();
  readonly desk: ReadonlySignal<Desk>;
  readonly showsTokens = signal(false);
  /** Lines that were entered and hold no password, the newest last, no line twice in a row. */
  readonly earlier = signal<readonly string[]>([]);

  readonly #terminal: RealTerminal;
  readonly #connection: Connection;
  readonly #recent: Recent;
  readonly #desk = signal<Desk>({ prompt: [], username: undefined, unanswered: 0, isSlow: false });
  /** When each request that waits for its reply was sent. */
  #sent: number[] = [];
  #slowTimer: number | undefined;

  constructor(key: number, client: number, address: URL, language: Language, recent: Recent) {
    this.key = key;
    this.client = client;
    this.desk = this.#desk;
    this.#recent = recent;
    this.#terminal = new RealTerminal(language);
    this.#connection = new Connection(address, {
      onMessage: (message) => this.#receive(message),
      onEnd: (wasOpen) => this.#lose(wasOpen),
    });
    this.#show();
  }

  get state(): ReadonlySignal<ConnectionState> {
    return this.#connection.state;
  }

  /** Takes a typed line, and connects if need be. Whether there was room for it. */
  enter(line: string): boolean {
    if (this.#terminal.waiting() >= MOST_UNANSWERED) return false;
    const prompt = this.#terminal.prompt();
    const entered = this.#terminal.enter(line);
    const { request, tooLong } = entered;
    batch(() => {
      this.dialogue.add({ kind: "entered", prompt, parts: entered.typed });
      if (entered.text.length > 0) this.dialogue.add({ kind: "answer", parts: entered.text });
      if (tooLong) this.#notice({ kind: "tooLong", ...tooLong });
      if (!entered.holdsPassword) this.#remember(line);
      if (request) {
        const onSent = () => {
          this.#sent.push(performance.now());
          this.#recent.add(this.client, "toServer", request.shown);
        };
        this.#connection.send(request.message, onSent);
      }
      this.#show();
    });
    return true;
  }

  connect(): void {
    this.#connection.open();
  }

  disconnect(): void {
    this.#connection.close();
  }

  speak(language: Language): void {
    this.#terminal.speak(language);
  }

  /** Forgets everything. It must not be used any more. */
  dispose(): void {
    this.#connection.close();
    window.clearTimeout(this.#slowTimer);
    this.#terminal.free();
  }

  #receive(message: string): void {
    const sent = this.#sent.shift();
    const took = sent === undefined ? undefined : performance.now() - sent;
    const answered = this.#terminal.reply(message);
    batch(() => {
      this.#recent.add(this.client, "toClient", answered.reply, took);
      if (answered.text.length > 0) this.dialogue.add({ kind: entryKind(answered), parts: answered.text });
      const code = EXPLAINED.find((known) => known === answered.code);
      // That a connection is turned away, its state explains.
      if (code && answered.kind !== "unasked") this.#notice({ kind: "refusal", code });
      this.#show();
      if (answered.kind === "malformed") this.#connection.distrust();
    });
  }

  /** The connection is over. What becomes of requests on their way is not known. */
  #lose(wasOpen: boolean): void {
    const requests = this.#terminal.waiting();
    this.#terminal.lose();
    this.#sent = [];
    batch(() => {
      if (requests > 0) this.#notice({ kind: wasOpen ? "unanswered" : "notSent", requests });
      this.#show();
    });
  }

  #notice(notice: Notice): void {
    this.dialogue.add({ kind: "notice", notice });
  }

  #remember(line: string): void {
    const earlier = this.earlier.peek();
    if (line !== earlier.at(-1)) this.earlier.value = [...earlier, line].slice(-MOST_EARLIER);
  }

  #show(): void {
    const unanswered = this.#terminal.waiting();
    window.clearTimeout(this.#slowTimer);
    if (unanswered > 0) this.#slowTimer = window.setTimeout(() => this.#showSlow(), SLOW_AFTER);
    this.#desk.value = {
      prompt: this.#terminal.prompt(),
      username: this.#terminal.username(),
      unanswered,
      isSlow: false,
    };
  }

  #showSlow(): void {
    this.#desk.value = { ...this.#desk.peek(), isSlow: true };
  }
}

function entryKind({ kind }: Answered): "answer" | "refusal" | "unreadable" {
  if (kind === "accepted") return "answer";
  return kind === "malformed" ? "unreadable" : "refusal";
}
