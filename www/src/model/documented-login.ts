// The login that the protocol's documentation shows, for examples.

import { commands } from "chatting-time-wasm";

/** In the name of whoever sits at a client, when that is one of the accounts. */
export function documentedLogin(name: string, usernames: readonly string[]): string {
  const documented = commands().find((command) => command.word === "auth")?.example ?? "";
  return usernames.includes(name) ? documented.replace(usernameIn(documented), name) : documented;
}

/** Whom a login is of. */
export function usernameIn(login: string): string {
  return login.split(" ")[1] ?? "";
}
