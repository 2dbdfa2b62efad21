// One WebSocket to the real server: its states, and lines that wait until it is open. It knows no request and no reply.

import { type ReadonlySignal, signal } from "@preact/signals";

import { type WhyNot, whyNot } from "./address";

export type ConnectionState =
  | "never"
  | "connecting"
  | "open"
  /** By the person. */
  | "closed"
  /** It was open and broke. */
  | "lost"
  /** The server said that it stops. */
  | "stopped"
  /** The server has too many connections. */
  | "full"
  /** The server cut it off, as it does when a request takes too long to come. */
  | "cutOff"
  /** Nobody answered in time. */
  | "noAnswer"
  /** What came is no message of this protocol. */
  | "notProtocol"
  | WhyNot;

/** How long opening may take, and then finding out why it failed. */
const OPEN_WITHIN = 15_000;
const ASK_WITHIN = 5_000;

/** Codes with which this server closes (PROTOCOL.md, section "WebSocket"). */
const REASONS: Partial<Record<number, ConnectionState>> = { 1001: "stopped", 1008: "cutOff", 1013: "full" };

interface Waiting {
  message: string;
  onSent: () => void;
}

interface Events {
  onMessage: (message: string) => void;
  /** It is over; nothing comes any more. `wasOpen` says whether anything of what was sent can have arrived. */
  onEnd: (wasOpen: boolean) => void;
}

export class Connection {
  readonly state: ReadonlySignal<ConnectionState>;

  readonly #state = signal<ConnectionState>("never");
  readonly #address: URL;
  readonly #events: Events;
  #socket: WebSocket | undefined;
  #waiting: Waiting[] = [];
  #timer: number | undefined;

  constructor(address: URL, events: Events) {
    this.state = this.#state;
    this.#address = address;
    this.#events = events;
  }

  /** Sends at once, or as soon as the connection is open; opens it when there is none. */
  send(message: string, onSent: () => void): void {
    this.#waiting.push({ message, onSent });
    if (this.#state.peek() === "open") this.#sendAll();
    else this.open();
  }

  open(): void {
    if (this.#socket) return;
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.#address);
    } catch {
      // A policy forbids it.
      this.#end("refused");
      return;
    }
    this.#socket = socket;
    this.#state.value = "connecting";
    this.#timer = window.setTimeout(() => this.#end("noAnswer"), OPEN_WITHIN);
    socket.onopen = () => {
      window.clearTimeout(this.#timer);
      this.#state.value = "open";
      this.#sendAll();
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.#events.onMessage(data);
      else this.#end("notProtocol");
    };
    socket.onclose = ({ code }) => {
      if (this.#state.peek() === "open") this.#end(REASONS[code] ?? "lost");
      else this.#askWhyNot(socket);
    };
  }

  close(): void {
    if (this.#socket) this.#end("closed");
  }

  /** The server sent what can't be trusted, and neither can what follows. */
  distrust(): void {
    this.#end("notProtocol");
  }

  #sendAll(): void {
    for (const { message, onSent } of this.#waiting.splice(0)) {
      this.#socket?.send(message);
      onSent();
    }
  }

  async #askWhyNot(socket: WebSocket): Promise<void> {
    window.clearTimeout(this.#timer);
    const reason = await whyNot(this.#address, ASK_WITHIN);
    // The person may have given up meanwhile.
    if (this.#socket === socket) this.#end(reason);
  }

  #end(state: ConnectionState): void {
    const socket = this.#socket;
    const wasOpen = this.#state.peek() === "open";
    this.#socket = undefined;
    this.#waiting = [];
    window.clearTimeout(this.#timer);
    if (socket) {
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    }
    this.#state.value = state;
    this.#events.onEnd(wasOpen);
  }
}
