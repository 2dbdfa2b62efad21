// TCP carries bytes and no messages: two writes can be one request, and one write several.

import type { Lesson } from "./lesson";
import type { Scene } from "./scene";

export const stream = {
  id: "stream",
  setting: { seed: "0000000000000003", clients: ["messi"], inputs: [{ kind: "connect", client: 0 }] },
  prediction: {
    choices: ["none", "one", "two"],
    right: "one",
    observed: (scene) => (fromSeveralWrites(scene) ? "one" : undefined),
  },
  tasks: {
    begin: {
      done: (scene) =>
        scene.moment.connections.some(({ state, unfinishedLine }) => state === "open" && unfinishedLine !== ""),
      mistakes: {
        lineEnded: {
          made: (scene) => scene.latest !== undefined,
          example: [{ kind: "enter", client: 0, line: "he" }],
        },
      },
      commonMistakes: ["onlyConnected"],
      solution: [{ kind: "type", client: 0, bytes: "he" }],
    },
    finish: {
      done: (scene) => fromSeveralWrites(scene) !== undefined,
      mistakes: {
        joinedWrong: {
          made: (scene) => scene.latest?.refusal === "unknown_command" && scene.latest.writes.length > 1,
          example: [{ kind: "type", client: 0, bytes: "help\\r\\n" }],
        },
        dropped: {
          made: (scene) =>
            scene.hasEnded(0, scene.taskStart) &&
            scene.moment.connections.every(({ unfinishedLine }) => unfinishedLine === ""),
          example: [{ kind: "close", client: 0 }],
        },
        stillUnfinished: {
          made: (scene) => scene.writes(scene.taskStart).length > 0 && scene.latest === undefined,
          example: [{ kind: "type", client: 0, bytes: "lp" }],
        },
      },
      solution: [{ kind: "type", client: 0, bytes: "lp\\r\\n" }],
    },
    together: {
      done: (scene) => severalInOneWrite(scene) !== undefined,
      mistakes: {
        onlyOne: {
          made: (scene) => scene.latest?.accepted === true,
          example: [{ kind: "type", client: 0, bytes: "help\\r\\n" }],
        },
        noLineFeed: {
          made: (scene) => scene.latest?.refusal === "unknown_command",
          example: [{ kind: "type", client: 0, bytes: "help\\\\r\\\\nhelp\\r\\n" }],
        },
      },
      commonMistakes: ["noLineEnd", "onlyConnected"],
      solution: [{ kind: "type", client: 0, bytes: "help\\r\\nlist\\r\\n" }],
    },
  },
  evidence: (scene) => {
    const split = fromSeveralWrites(scene);
    const together = severalInOneWrite(scene);
    return {
      firstWrite: split?.writes[0]?.number,
      secondWrite: split?.writes.at(-1)?.number,
      request: split?.request.number,
      oneWrite: together?.write.number,
      firstRequest: together?.exchanges[0]?.request.number,
      secondRequest: together?.exchanges[1]?.request.number,
    };
  },
} as const satisfies Lesson;

function fromSeveralWrites(scene: Scene) {
  return scene.exchanges.find(({ request, writes }) => request.what.command !== undefined && writes.length > 1);
}

function severalInOneWrite(scene: Scene) {
  return scene.writes().find(({ exchanges }) => exchanges.filter(({ writes }) => writes.length === 1).length > 1);
}
