// Whom a preset is applied to, and what its example needs to know of them.

import { limits, type Moment } from "chatting-time-wasm";

import { documentedLogin, usernameIn } from "../model/documented-login";
import { faultsTexts } from "../texts/faults";

export interface Scene {
  client: number;
  /** The session of the client's terminal. */
  token: string | undefined;
  /** What the client enters to log in. */
  login: string;
  /** Somebody else, to write to. */
  recipient: string;
  message: string;
  /** One with a letter of several bytes, and none before it. */
  messageWithLongLetter: string;
  /** The server's bounds of a line: its length, and the time to finish it in milliseconds. */
  lineBytes: number;
  lineTime: number;
}

export function sceneOf(client: number, { clients, server }: Moment): Scene {
  const view = clients[client];
  const usernames = server.users.map((user) => user.username);
  const example = faultsTexts.current.examples;
  const login = documentedLogin(view?.name ?? "", usernames);
  const username = view?.username ?? usernameIn(login);
  return {
    client,
    token: view?.token,
    login,
    recipient: usernames.find((other) => other !== username) ?? username,
    message: example.message,
    messageWithLongLetter: example.messageWithLongLetter,
    lineBytes: limit("line_bytes"),
    lineTime: limit("line_time"),
  };
}

function limit(field: string): number {
  return limits().find((one) => one.field === field)?.default ?? 0;
}
