// Online is a matter of sessions and of time, not of connections alone.

import type { Lesson } from "./lesson";
import type { Exchange, Scene } from "./scene";

export const online = {
  id: "online",
  setting: {
    seed: "0000000000000008",
    clients: ["messi", "lineker"],
    inputs: [
      { kind: "enter", client: 0, line: "auth messi surabaya" },
      { kind: "connect", client: 1 },
    ],
  },
  prediction: {
    choices: ["still", "gone", "untilLogout"],
    right: "still",
    observed: (scene) => (afterClosing(scene) ? "still" : undefined),
  },
  tasks: {
    connectedOnly: {
      done: (scene) => connectedOnly(scene) !== undefined,
      mistakes: {
        loggedIn: {
          made: (scene) => scene.sessionsOf("lineker").length > 0,
          example: [{ kind: "enter", client: 1, line: "auth lineker surabaya" }],
        },
        asLineker: {
          made: (scene) => scene.latest?.client === 1 && scene.latest.request.what.command === "list",
          example: [{ kind: "enter", client: 1, line: "list" }],
        },
      },
      commonMistakes: ["notLoggedIn", "badParameters", "unknownCommand", "noLineEnd"],
      solution: [{ kind: "enter", client: 0, line: "list" }],
    },
    disconnected: {
      done: (scene) => afterClosing(scene) !== undefined,
      mistakes: {
        loggedOut: {
          made: (scene) =>
            scene.asked("logout", 1).some(({ accepted }) => accepted) && scene.sessionsOf("lineker").length === 0,
          example: [
            { kind: "enter", client: 1, line: "auth lineker surabaya" },
            { kind: "enter", client: 1, line: "logout" },
          ],
        },
        tooLate: {
          made: (scene) =>
            scene.sessionsOf("lineker").length > 0 &&
            scene.latest?.request.what.command === "list" &&
            scene.latest.accepted &&
            !names(scene.latest, "lineker"),
          example: [
            { kind: "enter", client: 1, line: "auth lineker surabaya" },
            { kind: "close", client: 1 },
            { kind: "advance", milliseconds: 61_000 },
            { kind: "enter", client: 0, line: "list" },
          ],
        },
        stillConnected: {
          made: (scene) => scene.sessionsOf("lineker").length > 0 && isOpen(scene, 1),
          example: [{ kind: "enter", client: 1, line: "auth lineker surabaya" }],
        },
        notAsked: {
          made: (scene) => scene.sessionsOf("lineker").length > 0 && !isOpen(scene, 1),
          example: [
            { kind: "enter", client: 1, line: "auth lineker surabaya" },
            { kind: "close", client: 1 },
          ],
        },
      },
      commonMistakes: ["wrongPassword", "userNotFound", "badParameters", "unknownCommand", "noLineEnd", "notLoggedIn"],
      solution: [
        { kind: "enter", client: 1, line: "auth lineker surabaya" },
        { kind: "close", client: 1 },
        { kind: "enter", client: 0, line: "list" },
      ],
    },
    minute: {
      done: (scene) => afterAMinute(scene) !== undefined,
      mistakes: {
        sessionGone: {
          made: (scene) => scene.sessionsOf("lineker").length === 0,
          example: [
            { kind: "enter", client: 1, line: "logout" },
            { kind: "enter", client: 0, line: "list" },
          ],
        },
        tooSoon: {
          made: (scene) => scene.latest?.request.what.command === "list" && names(scene.latest, "lineker"),
          example: [
            { kind: "advance", milliseconds: 5_000 },
            { kind: "enter", client: 0, line: "list" },
          ],
        },
        notAsked: {
          made: (scene) => scene.latest === undefined && scene.moment.time - lastUse(scene) > 60_000,
          example: [{ kind: "advance", milliseconds: 61_000 }],
        },
      },
      commonMistakes: ["badParameters", "unknownCommand", "noLineEnd", "notLoggedIn"],
      actions: { wait: [{ kind: "advance", milliseconds: 61_000 }] },
      solution: [
        { kind: "advance", milliseconds: 61_000 },
        { kind: "enter", client: 0, line: "list" },
      ],
    },
  },
  evidence: (scene) => ({
    connectedOnly: connectedOnly(scene)?.reply?.number,
    closed: scene.all("closed").find(({ what }) => scene.clientOn(what.connection) === 1)?.number,
    afterClosing: afterClosing(scene)?.reply?.number,
    afterAMinute: afterAMinute(scene)?.reply?.number,
  }),
} as const satisfies Lesson;

/** messi's `list` while lineker is connected and nobody has logged in as lineker. */
function connectedOnly(scene: Scene): Exchange | undefined {
  return scene
    .asked("list", 0)
    .find((exchange) => exchange.accepted && !hasLoggedIn(scene, exchange) && wasOpen(scene, 1, exchange));
}

/** messi's `list` that shows lineker, though lineker's connection is closed. */
function afterClosing(scene: Scene): Exchange | undefined {
  return scene.asked("list", 0).find((exchange) => names(exchange, "lineker") && !wasOpen(scene, 1, exchange));
}

/** messi's `list` that does not show lineker any more, while lineker's session lives. */
function afterAMinute(scene: Scene): Exchange | undefined {
  const shown = afterClosing(scene)?.request.number ?? Number.POSITIVE_INFINITY;
  if (scene.sessionsOf("lineker").length === 0) return undefined;
  return scene
    .asked("list", 0)
    .find((exchange) => exchange.request.number > shown && exchange.accepted && !names(exchange, "lineker"));
}

function names({ reply }: Exchange, username: string): boolean {
  return reply?.what.bytes.includes(`"${username}"`) ?? false;
}

function hasLoggedIn(scene: Scene, before: Exchange): boolean {
  return scene.asked("auth", 1).some(({ accepted, request }) => accepted && request.number < before.request.number);
}

/** When lineker's session was last used. */
function lastUse(scene: Scene): number {
  return Math.max(...scene.sessionsOf("lineker").map(({ lastUsed }) => lastUsed));
}

function isOpen(scene: Scene, client: number): boolean {
  return scene.moment.clients[client]?.state === "open";
}

/** Whether a client had an open connection when the server found a request. */
function wasOpen(scene: Scene, client: number, { request }: Exchange): boolean {
  let open = false;
  for (const { what } of scene.trace.slice(0, request.number)) {
    if (what.kind === "connected" && what.client === client) open = true;
    if ((what.kind === "closed" || what.kind === "brokeOff") && scene.clientOn(what.connection) === client)
      open = false;
  }
  return open;
}
