// Says in one line of the reader's language what an observation is. It has to be told all of them in order.

import type { Direction, Endpoint, Observation } from "chatting-time-wasm";

type What = Observation["what"];
type Kind = What["kind"];
type Of<K extends Kind> = Extract<What, { kind: K }>;

/** The words of a narrator: one sentence a kind of observation, about people who already have names. */
export interface Narration {
  server: string;
  network: string;
  clientAdded(client: string): string;
  connected(client: string, connection: string): string;
  connectionRefused(client: string): string;
  entered(client: string, line: string): string;
  typed(client: string, bytes: string): string;
  shown(client: string, text: string): string;
  written(route: string, bytes: string): string;
  arrived(route: string, bytes: string): string;
  request(connection: string, bytes: string): string;
  mailboxBusy(connection: string, username: string): string;
  reply(connection: string, bytes: string): string;
  stateChanged(event: string, username: string | undefined): string;
  givenBack(connection: string, username: string): string;
  replyRead(connection: string, bytes: string): string;
  noReplyRead(connection: string, bytes: string): string;
  sendingEnded(who: string, connection: string): string;
  closed(who: string, connection: string): string;
  brokeOff(who: string, connection: string): string;
  endArrived(route: string): string;
  lost(route: string, bytes: string): string;
  advanced(milliseconds: number): string;
  networkSet(route: string, network: string): string;
  replyWillBeLost(client: string): string;
  readerFramed(client: string): string;
  readerEachPiece(client: string): string;
  administered(change: string, username: string): string;
  administrationRefused(change: string, username: string, refusal: string): string;
  serverStopped(): string;
  serverStarted(events: number): string;
}

export class Narrator {
  /** The client of each connection. */
  private owners = new Map<number, number>();

  constructor(
    private clients: string[],
    private words: Narration,
  ) {}

  tell(what: What): string {
    if (what.kind === "connected") {
      this.owners.set(what.connection, what.client);
    }
    return (this.sentences[what.kind] as (what: What) => string)(what);
  }

  /** Whose connection this is. */
  owner(connection: number): number {
    return this.owners.get(connection) ?? 0;
  }

  client(number: number): string {
    return this.clients[number] || `#${number + 1}`;
  }

  private sentences: { [K in Kind]: (what: Of<K>) => string } = {
    clientAdded: ({ client }) => this.words.clientAdded(this.client(client)),
    connected: ({ client, connection }) => this.words.connected(this.client(client), this.connection(connection)),
    connectionRefused: ({ client }) => this.words.connectionRefused(this.client(client)),
    entered: ({ client, line }) => this.words.entered(this.client(client), line),
    typed: ({ client, bytes }) => this.words.typed(this.client(client), bytes),
    shown: ({ client, text }) => this.words.shown(this.client(client), text),
    written: ({ connection, direction, bytes }) => this.words.written(this.route(connection, direction), bytes),
    arrived: ({ connection, direction, bytes }) => this.words.arrived(this.route(connection, direction), bytes),
    request: ({ connection, bytes }) => this.words.request(this.connection(connection), bytes),
    mailboxBusy: ({ connection, username }) => this.words.mailboxBusy(this.connection(connection), username),
    reply: ({ connection, bytes }) => this.words.reply(this.connection(connection), bytes),
    stateChanged: ({ event, username }) => this.words.stateChanged(event, username),
    givenBack: ({ connection, username }) => this.words.givenBack(this.connection(connection), username),
    replyRead: ({ connection, bytes, whole }) =>
      (whole ? this.words.replyRead : this.words.noReplyRead)(this.connection(connection), bytes),
    sendingEnded: ({ connection, by }) =>
      this.words.sendingEnded(this.endpoint(connection, by), this.connection(connection)),
    closed: ({ connection, by }) => this.words.closed(this.endpoint(connection, by), this.connection(connection)),
    brokeOff: ({ connection, by }) => this.words.brokeOff(this.endpoint(connection, by), this.connection(connection)),
    endArrived: ({ connection, direction }) => this.words.endArrived(this.route(connection, direction)),
    lost: ({ connection, direction, bytes }) => this.words.lost(this.route(connection, direction), bytes),
    advanced: ({ milliseconds }) => this.words.advanced(milliseconds),
    networkSet: ({ client, direction, network }) =>
      this.words.networkSet(this.way(this.client(client), direction), JSON.stringify(network)),
    replyWillBeLost: ({ client }) => this.words.replyWillBeLost(this.client(client)),
    readerSet: ({ client, reader }) =>
      (reader === "framed" ? this.words.readerFramed : this.words.readerEachPiece)(this.client(client)),
    // The change holds a password, which the sentence leaves out.
    administered: ({ change, refusal }) =>
      refusal === undefined
        ? this.words.administered(change.kind, change.username)
        : this.words.administrationRefused(change.kind, change.username, refusal),
    serverStopped: () => this.words.serverStopped(),
    serverStarted: ({ events }) => this.words.serverStarted(events),
  };

  private connection(number: number): string {
    return `${this.client(this.owner(number))} #${number}`;
  }

  private route(connection: number, direction: Direction): string {
    return this.way(this.connection(connection), direction);
  }

  private way(client: string, direction: Direction): string {
    const { server } = this.words;
    return direction === "toServer" ? `${client} → ${server}` : `${server} → ${client}`;
  }

  private endpoint(connection: number, endpoint: Endpoint): string {
    return endpoint === "client" ? this.client(this.owner(connection)) : this.words[endpoint];
  }
}
