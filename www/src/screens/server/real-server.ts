// The people at the real server. They outlive the screen, as long as the page is there, and nothing of them outlives it.

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";

import { realConnections } from "../../model/real-connections";
import { language } from "../../texts/language";
import { webSocketAddress } from "./address";
import { RealClient } from "./real-client";
import { Recent } from "./recent";

const FEWEST = 2;
const MOST = 6;

export class RealServer {
  readonly address: URL;
  readonly clients: ReadonlySignal<readonly RealClient[]>;
  readonly recent = new Recent();

  readonly #clients = signal<readonly RealClient[]>([]);
  #made = 0;

  constructor(address: URL) {
    this.address = address;
    this.clients = this.#clients;
    this.#begin();
    effect(() => {
      for (const client of this.#clients.value) client.speak(language.value);
    });
    const open = computed(() => this.#clients.value.filter((client) => client.state.value === "open").length);
    effect(() => {
      realConnections.value = open.value;
    });
    // A page that is left may be kept whole, to be shown again as it was.
    window.addEventListener("pagehide", () => this.#forget());
  }

  get hasRoom(): boolean {
    return this.#clients.value.length < MOST;
  }

  add(): void {
    const clients = this.#clients.peek();
    if (clients.length >= MOST) return;
    const client = new RealClient(this.#made, clients.length, this.address, language.peek(), this.recent);
    this.#made += 1;
    this.#clients.value = [...clients, client];
  }

  #begin(): void {
    for (let count = 0; count < FEWEST; count += 1) this.add();
  }

  #forget(): void {
    const former = this.#clients.peek();
    this.#clients.value = [];
    for (const client of former) client.dispose();
    this.recent.clear();
    this.#begin();
  }
}

let theServer: RealServer | undefined;

/** Nothing when the page was opened as a file. */
export function realServer(): RealServer | undefined {
  const address = webSocketAddress();
  if (address) theServer ??= new RealServer(address);
  return theServer;
}
