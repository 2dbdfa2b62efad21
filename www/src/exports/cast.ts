// Who takes part in what is observed. It has to be told all observations in order.

import type { Observation } from "chatting-time-wasm";

type What = Observation["what"];

export class Cast {
  /** The client of each connection. */
  private owners = new Map<number, number>();

  constructor(
    private clients: string[],
    private server: string,
  ) {}

  follow(what: What): void {
    if (what.kind === "connected") this.owners.set(what.connection, what.client);
  }

  /** Whose connection this is. */
  owner(connection: number): number {
    return this.owners.get(connection) ?? 0;
  }

  /** Where it happened: on a connection in one direction, at one of its ends, with a client, at the server, or nowhere. */
  place(what: What): string {
    if (what.kind === "advanced") return "";
    if (!("connection" in what)) return "client" in what ? this.client(what.client) : this.server;
    const connection = `${this.client(this.owner(what.connection))} #${what.connection}`;
    if (!("direction" in what)) return connection;
    return what.direction === "toServer" ? `${connection} → ${this.server}` : `${this.server} → ${connection}`;
  }

  private client(number: number): string {
    return this.clients[number] ?? "";
  }
}
