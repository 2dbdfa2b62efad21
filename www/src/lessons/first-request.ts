// One line asks, one JSON object answers, and a line that is no command is answered too.

import type { Lesson } from "./lesson";

export const firstRequest = {
  id: "first-request",
  setting: { seed: "0000000000000001", clients: ["messi"], inputs: [] },
  prediction: {
    choices: ["silence", "refusal", "closed"],
    right: "refusal",
    observed: (scene) => {
      const wrong = scene.exchanges.find(({ refusal }) => refusal === "unknown_command");
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
      done: (scene) => scene.exchanges.some(({ refusal, isRead }) => refusal === "unknown_command" && isRead),
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
      commonMistakes: [
        "wrongPassword",
        "userNotFound",
        "badParameters",
        "unknownCommand",
        "noLineEnd",
        "onlyConnected",
      ],
      solution: [{ kind: "enter", client: 0, line: "auth messi surabaya" }],
    },
  },
  evidence: (scene) => {
    const [help] = scene.asked("help");
    const unknown = scene.exchanges.find(({ refusal }) => refusal === "unknown_command");
    const login = scene.asked("auth").find(({ accepted }) => accepted);
    return {
      written: help?.writes[0]?.number,
      request: help?.request.number,
      reply: help?.reply?.number,
      read: help?.readings.at(-1)?.number,
      refusal: unknown?.reply?.number,
      token: login?.reply?.number,
    };
  },
} as const satisfies Lesson;
