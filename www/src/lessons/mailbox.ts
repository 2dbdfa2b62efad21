// Messages wait at the server until they are fetched, and fetching takes them away.

import type { Lesson } from "./lesson";
import type { Exchange, Scene } from "./scene";

export const mailbox = {
  id: "mailbox",
  setting: { seed: "0000000000000007", clients: ["messi", "lineker"], inputs: [] },
  prediction: {
    choices: ["stored", "refused", "waits"],
    right: "stored",
    observed: (scene) => {
      const sent = scene.asked("send").find((exchange) => whileAway(scene, exchange));
      if (!sent) return undefined;
      return sent.accepted ? "stored" : sent.refusal ? "refused" : "waits";
    },
  },
  tasks: {
    send: {
      done: (scene) => scene.waitingFor("lineker") > 0 && sent(scene) !== undefined,
      mistakes: {
        linekerIsHere: {
          made: (scene) => scene.sessionsOf("lineker").length > 0,
          example: [{ kind: "enter", client: 1, line: "auth lineker surabaya" }],
        },
        otherMailbox: {
          made: (scene) => scene.latest?.request.what.command === "send" && scene.latest.accepted,
          example: [
            { kind: "enter", client: 0, line: "auth messi surabaya" },
            { kind: "enter", client: 0, line: "send henderson halo" },
          ],
        },
      },
      commonMistakes: ["notLoggedIn", "userNotFound", "wrongPassword", "badParameters", "unknownCommand", "noLineEnd"],
      solution: [
        { kind: "enter", client: 0, line: "auth messi surabaya" },
        { kind: "enter", client: 0, line: "send lineker halo" },
      ],
    },
    fetch: {
      done: (scene) => scene.waitingFor("lineker") === 0 && fetched(scene) !== undefined,
      mistakes: {
        messisInbox: {
          made: (scene) => scene.latest?.request.what.command === "inbox" && scene.latest.client === 0,
          example: [{ kind: "enter", client: 0, line: "inbox" }],
        },
        loginOnly: {
          made: (scene) =>
            scene.latest?.request.what.command === "auth" &&
            scene.latest.accepted &&
            scene.sessionsOf("lineker").length > 0,
          example: [{ kind: "enter", client: 1, line: "auth lineker surabaya" }],
        },
      },
      commonMistakes: ["notLoggedIn", "wrongPassword", "userNotFound", "badParameters", "unknownCommand", "noLineEnd"],
      solution: [
        { kind: "enter", client: 1, line: "auth lineker surabaya" },
        { kind: "enter", client: 1, line: "inbox" },
      ],
    },
    again: {
      done: (scene) => again(scene) !== undefined,
      mistakes: {
        messisInbox: {
          made: (scene) => scene.latest?.request.what.command === "inbox" && scene.latest.client === 0,
          example: [{ kind: "enter", client: 0, line: "inbox" }],
        },
      },
      commonMistakes: ["notLoggedIn", "badParameters", "unknownCommand", "noLineEnd"],
      solution: [{ kind: "enter", client: 1, line: "inbox" }],
    },
  },
  evidence: (scene) => {
    const accepted = sent(scene);
    const handedOver = fetched(scene);
    return {
      sent: accepted?.reply?.number,
      stored: accepted && effectOn(scene, accepted)?.number,
      fetched: handedOver?.reply?.number,
      read: handedOver?.readings.at(-1)?.number,
      empty: again(scene)?.reply?.number,
    };
  },
} as const satisfies Lesson;

/** Nobody had logged in as lineker before this request. */
function whileAway(scene: Scene, exchange: Exchange): boolean {
  const before = scene.asked("auth", 1).filter(({ request }) => request.number < exchange.request.number);
  return !before.some(({ accepted }) => accepted);
}

function sent(scene: Scene): Exchange | undefined {
  return scene.asked("send").find((exchange) => exchange.accepted && whileAway(scene, exchange));
}

/** The event that a request brought about. */
function effectOn(scene: Scene, { request }: Exchange) {
  return scene.all("stateChanged").find(({ causes }) => causes.includes(request.number));
}

/** The `inbox` that handed lineker something. */
function fetched(scene: Scene): Exchange | undefined {
  return scene.asked("inbox").find((exchange) => isLinekers(scene, exchange) && handsOver(exchange));
}

function again(scene: Scene): Exchange | undefined {
  const first = fetched(scene)?.request.number ?? Number.POSITIVE_INFINITY;
  return scene
    .asked("inbox")
    .find((exchange) => exchange.request.number > first && isLinekers(scene, exchange) && !handsOver(exchange));
}

/** lineker's session asked, at whichever card. */
function isLinekers(scene: Scene, exchange: Exchange): boolean {
  const login = scene
    .asked("auth")
    .filter(
      ({ connection, accepted, request }) =>
        connection === exchange.connection && accepted && request.number < exchange.request.number,
    )
    .at(-1);
  const token =
    exchange.token ?? (login?.reply && scene.tokens().find(({ reply }) => reply === login.reply?.number)?.token);
  return exchange.accepted && scene.sessionsOf("lineker").some((session) => session.token === token);
}

function handsOver({ reply }: Exchange): boolean {
  return reply?.what.bytes.includes('"msg"') ?? false;
}
