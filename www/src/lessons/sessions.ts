// A login opens a session; its token, and not the connection, stands for it.

import { MISTAKES_OF_A_LOGIN } from "./common-mistakes";
import type { Lesson } from "./lesson";
import type { Exchange, Scene } from "./scene";

export const sessions = {
  id: "sessions",
  setting: { seed: "0000000000000005", clients: ["messi"], inputs: [] },
  prediction: {
    choices: ["works", "refused", "closed"],
    right: "works",
    observed: (scene) => (onNewConnection(scene) ? "works" : undefined),
  },
  tasks: {
    login: {
      done: (scene) => scene.sessionsOf("messi").length > 0,
      commonMistakes: MISTAKES_OF_A_LOGIN,
      solution: [{ kind: "enter", client: 0, line: "auth messi surabaya" }],
    },
    reconnect: {
      done: (scene) => onNewConnection(scene) !== undefined,
      mistakes: {
        loggedOut: {
          made: (scene) => scene.sessionsOf("messi").length === 0,
          example: [{ kind: "enter", client: 0, line: "logout" }],
        },
        loggedInAgain: {
          made: (scene) => new Set(logins(scene).map(({ connection }) => connection)).size > 1,
          example: [
            { kind: "close", client: 0 },
            { kind: "enter", client: 0, line: "auth messi surabaya" },
          ],
        },
        sameConnection: {
          made: (scene) => scene.all("connected").length === 1 && scene.latest !== undefined,
          example: [{ kind: "enter", client: 0, line: "list" }],
        },
        closedOnly: {
          made: (scene) => scene.hasEnded(0, scene.taskStart) && scene.latest === undefined,
          example: [{ kind: "close", client: 0 }],
        },
      },
      commonMistakes: ["notLoggedIn", "unknownCommand", "noLineEnd"],
      solution: [
        { kind: "close", client: 0 },
        { kind: "connect", client: 0 },
        { kind: "enter", client: 0, line: "list" },
      ],
    },
    withoutToken: {
      done: (scene) => withoutToken(scene) !== undefined,
      mistakes: {
        sessionGone: {
          made: (scene) => scene.sessionsOf("messi").length === 0,
          example: [{ kind: "enter", client: 0, line: "logout" }],
        },
        terminalAddsToken: {
          made: (scene) => scene.latest?.accepted === true && scene.latest.token !== undefined,
          example: [{ kind: "enter", client: 0, line: "inbox" }],
        },
        bound: {
          made: (scene) => scene.latest?.accepted === true && scene.latest.token === undefined,
          example: [
            { kind: "enter", client: 0, line: "auth messi surabaya" },
            { kind: "type", client: 0, bytes: "list\\r\\n" },
          ],
        },
      },
      commonMistakes: ["noLineEnd", "unknownCommand", "badParameters", "onlyConnected"],
      solution: [{ kind: "type", client: 0, bytes: "list\\r\\n" }],
    },
  },
  evidence: (scene) => ({
    token: logins(scene)[0]?.reply?.number,
    closed: scene.all("closed")[0]?.number,
    newConnection: scene.all("connected").find(({ what }) => what.connection === onNewConnection(scene)?.connection)
      ?.number,
    works: onNewConnection(scene)?.reply?.number,
    refused: withoutToken(scene)?.reply?.number,
  }),
} as const satisfies Lesson;

function logins(scene: Scene): Exchange[] {
  return scene.asked("auth").filter(({ accepted }) => accepted);
}

/** A request that its token alone got through: nobody had logged in on that connection. */
function onNewConnection(scene: Scene): Exchange | undefined {
  return scene.exchanges.find(
    (exchange) =>
      exchange.accepted &&
      exchange.token !== undefined &&
      exchange.request.what.command !== "logout" &&
      exchange.request.what.command !== "help" &&
      !logins(scene).some(({ connection }) => connection === exchange.connection),
  );
}

/** A refusal while messi's session lives. */
function withoutToken(scene: Scene): Exchange | undefined {
  if (scene.sessionsOf("messi").length === 0) return undefined;
  const firstLogin = logins(scene)[0]?.request.number ?? Number.POSITIVE_INFINITY;
  return scene.exchanges.find(
    ({ refusal, token, request }) =>
      refusal === "session_not_found" && token === undefined && request.number > firstLogin,
  );
}
