// Logging out ends one session, for good, and no other.

import type { Lesson } from "./lesson";
import type { Exchange, Scene } from "./scene";

export const logout = {
  id: "logout",
  setting: {
    seed: "0000000000000006",
    clients: ["messi", "messi-2"],
    inputs: [
      { kind: "enter", client: 0, line: "auth messi surabaya" },
      { kind: "enter", client: 1, line: "auth messi surabaya" },
    ],
  },
  prediction: {
    choices: ["stays", "ends", "minute"],
    right: "stays",
    observed: (scene) => {
      if (!ended(scene)) return undefined;
      return scene.sessionsOf("messi").length > 0 ? "stays" : "ends";
    },
  },
  tasks: {
    logout: {
      done: (scene) => ended(scene) !== undefined && scene.sessionsOf("messi").length > 0,
      mistakes: {
        bothOut: {
          made: (scene) => scene.sessionsOf("messi").length === 0,
          example: [
            { kind: "enter", client: 1, line: "logout" },
            { kind: "enter", client: 0, line: "logout" },
          ],
        },
        otherCard: {
          made: (scene) => scene.asked("logout", 1).some(({ accepted }) => accepted),
          example: [{ kind: "enter", client: 1, line: "logout" }],
        },
        closedOnly: {
          made: (scene) => scene.hasEnded(0),
          example: [{ kind: "close", client: 0 }],
        },
      },
      commonMistakes: ["unknownCommand", "badParameters", "noLineEnd"],
      solution: [{ kind: "enter", client: 0, line: "logout" }],
    },
    deadToken: {
      done: (scene) => withDeadToken(scene) !== undefined,
      mistakes: {
        noToken: {
          made: (scene) => scene.latest?.refusal === "session_not_found" && scene.latest.token === undefined,
          example: [{ kind: "enter", client: 0, line: "list" }],
        },
        liveToken: {
          made: (scene) =>
            scene.latest?.accepted === true &&
            scene.sessionsOf("messi").some(({ token }) => token === scene.latest?.token),
          example: [{ kind: "enter", client: 1, line: "list" }],
        },
        neverAToken: {
          made: (scene) => scene.latest?.refusal === "session_not_found" && scene.latest.token !== deadToken(scene),
          example: [{ kind: "enter", client: 0, line: "list 11111111-2222-4333-8444-555555555555" }],
        },
        loggedInAgain: {
          made: (scene) => scene.latest?.request.what.command === "auth" && scene.latest.accepted,
          example: [{ kind: "enter", client: 0, line: "auth messi surabaya" }],
        },
      },
      commonMistakes: ["unknownCommand", "badParameters", "noLineEnd"],
      solution: [(scene) => ({ kind: "enter", client: 0, line: `list ${deadToken(scene)}` })],
    },
    otherLives: {
      done: (scene) => stillWorks(scene) !== undefined,
      mistakes: {
        firstCard: {
          made: (scene) => scene.latest?.client === 0,
          example: [{ kind: "enter", client: 0, line: "list" }],
        },
        bothOut: {
          made: (scene) => scene.sessionsOf("messi").length === 0,
          example: [{ kind: "enter", client: 1, line: "logout" }],
        },
      },
      commonMistakes: ["unknownCommand", "badParameters", "noLineEnd"],
      solution: [{ kind: "enter", client: 1, line: "list" }],
    },
  },
  evidence: (scene) => ({
    logout: ended(scene)?.reply?.number,
    sessionEnded: scene
      .all("stateChanged")
      .find(({ causes }) => causes.some((cause) => cause === ended(scene)?.request.number))?.number,
    refused: withDeadToken(scene)?.reply?.number,
    works: stillWorks(scene)?.reply?.number,
  }),
  values: (scene) => ({ deadToken: deadToken(scene) }),
} as const satisfies Lesson;

/** The logout of the first card. */
function ended(scene: Scene): Exchange | undefined {
  return scene.asked("logout", 0).find(({ accepted }) => accepted);
}

/** The token that the first card had. */
function deadToken(scene: Scene): string | undefined {
  return scene.tokens().find(({ client }) => client === 0)?.token;
}

function withDeadToken(scene: Scene): Exchange | undefined {
  return scene.exchanges.find(({ refusal, token }) => refusal === "session_not_found" && token === deadToken(scene));
}

function stillWorks(scene: Scene): Exchange | undefined {
  const end = ended(scene)?.request.number ?? Number.POSITIVE_INFINITY;
  return scene.exchanges.find(
    ({ client, accepted, request }) =>
      client === 1 &&
      accepted &&
      request.number > end &&
      ["list", "inbox", "send"].includes(request.what.command ?? ""),
  );
}
