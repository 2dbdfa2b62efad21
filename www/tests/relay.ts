// Stands between a program and the server, or in place of the server, and gives replies in pieces that a test decides.

import { once } from "node:events";
import { type AddressInfo, createServer, connect as open, type Socket } from "node:net";

export interface Relay {
  /** Where programs connect, such as `127.0.0.1:40125`. */
  readonly chat: string;
  /** Everything that programs sent. */
  received(): Buffer;
  stop(): Promise<void>;
}

/** Gives every byte of a reply by itself. */
export function singleBytes(chat: string): Promise<Relay> {
  return between(chat, async (replies, client) => {
    for await (const piece of replies) {
      for (const byte of piece as Buffer) {
        // The next one goes when the operating system has this one.
        await new Promise((taken) => client.write(Buffer.of(byte), taken));
      }
    }
    client.end();
  });
}

/** Gives the first byte of all replies, and keeps the rest to itself. Whoever waits for a whole reply waits for ever. */
export function firstByteOnly(chat: string): Promise<Relay> {
  return between(chat, async (replies, client) => {
    let given = false;
    for await (const piece of replies) {
      if (!given) client.write((piece as Buffer).subarray(0, 1));
      given = true;
    }
  });
}

/** A server that gives these replies in one piece, as soon as something is asked. */
export function allAtOnce(replies: string): Promise<Relay> {
  return listen((client) => {
    client.once("data", () => client.write(replies));
  });
}

function between(chat: string, deliver: (replies: Socket, client: Socket) => Promise<void>): Promise<Relay> {
  const [host, port] = chat.split(":");
  return listen((client) => {
    const replies = open(Number(port), host);
    client.pipe(replies);
    // A program that has seen enough goes away in the middle.
    client.on("close", () => replies.destroy());
    replies.on("error", () => client.destroy());
    deliver(replies, client).catch(() => client.destroy());
  });
}

async function listen(serve: (client: Socket) => void): Promise<Relay> {
  const clients = new Set<Socket>();
  const received: Buffer[] = [];
  const relay = createServer((client) => {
    clients.add(client.setNoDelay());
    client.on("error", () => client.destroy());
    client.on("data", (piece) => received.push(piece));
    serve(client);
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  return {
    chat: `127.0.0.1:${(relay.address() as AddressInfo).port}`,
    received: () => Buffer.concat(received),
    async stop() {
      for (const client of clients) client.destroy();
      relay.close();
      await once(relay, "close");
    },
  };
}
