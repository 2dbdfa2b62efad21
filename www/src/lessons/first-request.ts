// One line asks, one JSON object answers, and a line that is no command is answered too.

import { MISTAKES_OF_A_LOGIN } from "./common-mistakes";
import type { Lesson } from "./lesson";
import type { Exchange, Scene } from "./scene";

export const firstRequest = {
  id: "first-request",
  setting: { seed: "0000000000000001", clients: ["messi"], inputs: [] },
  prediction: {
    choices: ["silence", "refusal", "closed"],
    right: "refusal",
    observed: (scene) => {
      const wrong = refused(scene);
      const connection = scene.moment.connections.find((each) => each.connection === wrong?.connection);
      if (!wrong) return undefined;
      return wrong.reply ? (connection?.state === "closed" ? "closed" : "refusal") : "silence";
    },
  },
  tasks: {
    help: {
      done: (scene) => scene.asked("help").some(({ accepted, isRead }) => accepted && isRead),
      commonMistakes: ["noLineEnd", "unknownCommand", "onlyConnected"],
      solution: [{ kind: "enter", client: 0, line: "help" }],
    },
    unknown: {
      done: (scene) => refused(scene)?.isRead === true,
      mistakes: {
        knownCommand: {
          made: (scene) => scene.latest?.request.what.command !== undefined,
          example: [{ kind: "enter", client: 0, line: "list" }],
        },
      },
      commonMistakes: ["noLineEnd", "onlyConnected"],
      solution: [{ kind: "enter", client: 0, line: "hello" }],
    },
    login: {
      done: (scene) => scene.sessionsOf("messi").length > 0 && scene.asked("auth").some(({ accepted }) => accepted),
      mistakes: {
        somebodyElse: {
          made: (scene) => scene.latest?.request.what.command === "auth" && scene.latest.accepted,
          example: [{ kind: "enter", client: 0, line: "auth lineker surabaya" }],
        },
      },
      commonMistakes: MISTAKES_OF_A_LOGIN,
      solution: [{ kind: "enter", client: 0, line: "auth messi surabaya" }],
    },
  },
  evidence: (scene) => {
    const [help] = scene.asked("help");
    const login = scene.asked("auth").find(({ accepted }) => accepted);
    return {
      written: help?.writes[0]?.number,
      request: help?.request.number,
      reply: help?.reply?.number,
      read: help?.readings.at(-1)?.number,
      refusal: refused(scene)?.reply?.number,
      token: login?.reply?.number,
    };
  },
} as const satisfies Lesson;

/** A line that was no command, sent when `help` had told which there are. */
function refused(scene: Scene): Exchange | undefined {
  const help = scene.asked("help")[0]?.request.number ?? Number.POSITIVE_INFINITY;
  return scene.exchanges.find(({ refusal, request }) => refusal === "unknown_command" && request.number > help);
}
