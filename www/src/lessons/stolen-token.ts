// Whoever hears the traffic reads it, and whoever has the token is the user.

import type { Lesson } from "./lesson";
import type { Exchange, Scene } from "./scene";

export const stolenToken = {
  id: "stolen-token",
  setting: {
    seed: "000000000000000a",
    clients: ["messi", "eve"],
    inputs: [
      { kind: "enter", client: 0, line: "auth messi surabaya" },
      { kind: "enter", client: 0, line: "send messi PIN 4321" },
      { kind: "connect", client: 1 },
    ],
  },
  prediction: {
    choices: ["everything", "readOnly", "nothing"],
    right: "everything",
    observed: (scene) => (stolen(scene) ? "everything" : undefined),
  },
  tasks: {
    listen: {
      done: (scene) => overheard(scene) !== undefined && scene.waitingFor("messi") > 0,
      mistakes: {
        asEve: {
          made: (scene) => scene.latest?.client === 1,
          example: [{ kind: "enter", client: 1, line: "list" }],
        },
        fetched: {
          made: (scene) => scene.waitingFor("messi") === 0,
          example: [{ kind: "enter", client: 0, line: "inbox" }],
        },
      },
      commonMistakes: ["unknownCommand", "notLoggedIn", "noLineEnd"],
      solution: [{ kind: "enter", client: 0, line: "list" }],
    },
    steal: {
      done: (scene) => stolen(scene) !== undefined,
      mistakes: {
        loggedIn: {
          made: (scene) => scene.asked("auth", 1).some(({ accepted }) => accepted),
          example: [{ kind: "enter", client: 1, line: "auth messi surabaya" }],
        },
        noToken: {
          made: (scene) =>
            scene.latest?.client === 1 &&
            scene.latest.refusal === "session_not_found" &&
            scene.latest.token === undefined,
          example: [{ kind: "enter", client: 1, line: "inbox" }],
        },
        wrongToken: {
          made: (scene) => scene.latest?.client === 1 && scene.latest.refusal === "session_not_found",
          example: [{ kind: "enter", client: 1, line: "inbox 11111111-2222-4333-8444-555555555555" }],
        },
        notTheInbox: {
          made: (scene) => scene.latest?.client === 1 && scene.latest.accepted && scene.latest.token !== undefined,
          example: [(scene) => ({ kind: "enter", client: 1, line: `list ${token(scene)}` })],
        },
        fetchedByMessi: {
          made: (scene) => scene.waitingFor("messi") === 0,
          example: [{ kind: "enter", client: 0, line: "inbox" }],
        },
      },
      commonMistakes: ["unknownCommand", "badParameters", "noLineEnd"],
      solution: [(scene) => ({ kind: "enter", client: 1, line: `inbox ${token(scene)}` })],
    },
    end: {
      done: (scene) => refusedAfterwards(scene) !== undefined,
      mistakes: {
        closedOnly: {
          made: (scene) => scene.sessionsOf("messi").length > 0 && scene.hasEnded(0),
          example: [{ kind: "close", client: 0 }],
        },
        stillLives: {
          made: (scene) => scene.latest?.client === 1 && scene.latest.accepted,
          example: [(scene) => ({ kind: "enter", client: 1, line: `list ${token(scene)}` })],
        },
        notTried: {
          made: (scene) => scene.sessionsOf("messi").length === 0 && scene.latest?.request.what.command === "logout",
          example: [{ kind: "enter", client: 0, line: "logout" }],
        },
        noToken: {
          made: (scene) => scene.latest?.refusal === "session_not_found" && scene.latest.token === undefined,
          example: [{ kind: "enter", client: 1, line: "inbox" }],
        },
      },
      commonMistakes: ["unknownCommand", "badParameters", "noLineEnd"],
      solution: [
        { kind: "enter", client: 0, line: "logout" },
        (scene) => ({ kind: "enter", client: 1, line: `inbox ${token(scene)}` }),
      ],
    },
  },
  evidence: (scene) => ({
    overheard: overheard(scene)?.writes[0]?.number,
    request: stolen(scene)?.request.number,
    stolen: stolen(scene)?.reply?.number,
    logout: scene.asked("logout").find(({ accepted }) => accepted)?.reply?.number,
    refused: refusedAfterwards(scene)?.reply?.number,
  }),
  values: (scene) => ({ token: token(scene) }),
} as const satisfies Lesson;

/** messi's token. */
function token(scene: Scene): string | undefined {
  return scene.tokens().find(({ client }) => client === 0)?.token;
}

/** A request in which messi's token went over the network. */
function overheard(scene: Scene): Exchange | undefined {
  return scene.exchanges.find(
    (exchange) => exchange.client === 0 && exchange.token !== undefined && exchange.token === token(scene),
  );
}

/** What Eve got with the token alone: messi's messages. */
function stolen(scene: Scene): Exchange | undefined {
  return scene
    .asked("inbox", 1)
    .find(
      (exchange) =>
        exchange.accepted && exchange.token === token(scene) && exchange.reply?.what.bytes.includes('"msg"') === true,
    );
}

function refusedAfterwards(scene: Scene): Exchange | undefined {
  return scene.exchanges.find(
    ({ client, refusal, token: used }) => client === 1 && refusal === "session_not_found" && used === token(scene),
  );
}
