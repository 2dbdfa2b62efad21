// What costs time is the round trip: several requests can share one.

import type { Lesson } from "./lesson";
import type { Exchange, Scene } from "./scene";

const FAR = { latency: 100, jitter: 0, stalled: false } as const;

export const pipelining = {
  id: "pipelining",
  setting: {
    seed: "0000000000000009",
    clients: ["messi"],
    inputs: [
      { kind: "setNetwork", client: 0, direction: "toServer", network: FAR },
      { kind: "setNetwork", client: 0, direction: "toClient", network: FAR },
      { kind: "enter", client: 0, line: "auth messi surabaya" },
    ],
  },
  prediction: {
    choices: ["twoHundred", "fourHundred", "sixHundred"],
    right: "twoHundred",
    observed: (scene) => {
      const together = inOneWrite(scene)[0];
      const time = together && duration(together);
      return time === 200 ? "twoHundred" : time === 400 ? "fourHundred" : time === 600 ? "sixHundred" : undefined;
    },
  },
  tasks: {
    oneByOne: {
      done: (scene) => oneByOne(scene) !== undefined,
      mistakes: {
        atOnce: {
          made: (scene) => inOneWrite(scene).length > 0,
          example: [{ kind: "type", client: 0, bytes: "list\\r\\ninbox\\r\\nhelp\\r\\n" }],
        },
        tooFew: {
          made: (scene) => scene.latest !== undefined && scene.exchanges.length < 3,
          example: [{ kind: "enter", client: 0, line: "list" }],
        },
      },
      commonMistakes: ["noLineEnd", "onlyConnected"],
      solution: [
        { kind: "enter", client: 0, line: "list" },
        { kind: "enter", client: 0, line: "inbox" },
        { kind: "enter", client: 0, line: "help" },
      ],
    },
    together: {
      done: (scene) => inOneWrite(scene).length > 0,
      mistakes: {
        lastUnfinished: {
          made: (scene) => lastWrite(scene) > 1 && hasUnfinishedLine(scene),
          example: [{ kind: "type", client: 0, bytes: "list\\r\\ninbox\\r\\nhelp" }],
        },
        onlyTwo: {
          made: (scene) => lastWrite(scene) === 2,
          example: [{ kind: "type", client: 0, bytes: "list\\r\\nhelp\\r\\n" }],
        },
        apart: {
          made: (scene) => lastWrite(scene) === 1,
          example: [{ kind: "enter", client: 0, line: "list" }],
        },
      },
      commonMistakes: ["noLineEnd", "onlyConnected"],
      solution: [{ kind: "type", client: 0, bytes: "list\\r\\ninbox\\r\\nhelp\\r\\n" }],
    },
    order: {
      done: (scene) => withRefusal(scene) !== undefined,
      mistakes: {
        atTheEnd: {
          made: (scene) => lastWrite(scene) > 1 && scene.latest?.refusal !== undefined,
          example: [{ kind: "type", client: 0, bytes: "list\\r\\nhelp\\r\\nhello\\r\\n" }],
        },
        allGood: {
          made: (scene) => lastWrite(scene) > 1,
          example: [{ kind: "type", client: 0, bytes: "list\\r\\ninbox\\r\\nhelp\\r\\n" }],
        },
        apart: {
          made: (scene) => lastWrite(scene) === 1 && scene.latest?.refusal !== undefined,
          example: [{ kind: "enter", client: 0, line: "hello" }],
        },
      },
      commonMistakes: ["noLineEnd", "onlyConnected"],
      solution: [{ kind: "type", client: 0, bytes: "list\\r\\nhello\\r\\nhelp\\r\\n" }],
    },
  },
  evidence: (scene) => {
    const apart = oneByOne(scene);
    const together = inOneWrite(scene)[0];
    const refusal = withRefusal(scene);
    return {
      firstWrite: apart?.[0]?.writes[0]?.number,
      lastReading: apart?.at(-1)?.readings.at(-1)?.number,
      oneWrite: together?.[0]?.writes[0]?.number,
      lastOfOne: together?.at(-1)?.readings.at(-1)?.number,
      refusal: refusal?.find((exchange) => exchange.refusal)?.reply?.number,
      behindIt: refusal?.at(-1)?.reply?.number,
    };
  },
  values: (scene) => {
    const apart = oneByOne(scene);
    const together = inOneWrite(scene)[0];
    return {
      apart: apart && String(duration(apart)),
      together: together && String(duration(together)),
    };
  },
} as const satisfies Lesson;

/** Three requests in a row, each written after the client had read the reply to the one before. */
function oneByOne(scene: Scene): Exchange[] | undefined {
  for (let first = 0; first + 3 <= scene.exchanges.length; first++) {
    const three = scene.exchanges.slice(first, first + 3);
    const waited = three.every((exchange, index) => {
      const before = three[index - 1];
      return exchange.isRead && (!before || (before.readings.at(-1)?.number ?? 0) < (exchange.writes[0]?.number ?? 0));
    });
    if (waited) return three;
  }
  return undefined;
}

/** The exchanges of every write that held at least three whole requests, all answered. */
function inOneWrite(scene: Scene): Exchange[][] {
  return scene
    .writes()
    .map(({ exchanges }) => exchanges)
    .filter((exchanges) => exchanges.length >= 3 && exchanges.every(({ isRead }) => isRead));
}

/** Those among them with a refusal that is not the last. */
function withRefusal(scene: Scene): Exchange[] | undefined {
  return inOneWrite(scene).find((exchanges) => exchanges.slice(0, -1).some(({ refusal }) => refusal !== undefined));
}

/** How many requests the student's latest write in this task completed. */
function lastWrite(scene: Scene): number {
  return scene.writes(scene.taskStart).at(-1)?.exchanges.length ?? 0;
}

function hasUnfinishedLine(scene: Scene): boolean {
  return scene.moment.connections.some(({ unfinishedLine }) => unfinishedLine !== "");
}

/** Milliseconds from the first byte written to the last reply read. */
function duration(exchanges: readonly Exchange[]): number {
  const from = exchanges[0]?.writes[0]?.time ?? 0;
  return (exchanges.at(-1)?.readings.at(-1)?.time ?? from) - from;
}
