// A reply ends with CR LF CR LF, and not where one `recv` happens to end.

import type { Input } from "chatting-time-wasm";

import { MISTAKES_OF_A_LOGIN } from "./common-mistakes";
import type { Lesson } from "./lesson";
import { isToward, type Scene } from "./scene";

const NETWORK = { latency: 20, jitter: 0, pieceBytes: 64, stalled: false } as const;

const HELD_UP = {
  kind: "setNetwork",
  client: 0,
  direction: "toClient",
  network: { ...NETWORK, stalled: true },
} as const satisfies Input;

export const endOfReply = {
  id: "end-of-reply",
  setting: {
    seed: "0000000000000002",
    clients: ["messi"],
    inputs: [
      {
        kind: "setNetwork",
        client: 0,
        direction: "toClient",
        network: NETWORK,
      },
      { kind: "setReader", client: 0, reader: "eachPiece" },
      { kind: "connect", client: 0 },
    ],
  },
  prediction: {
    choices: ["whole", "part", "nothing"],
    right: "part",
    observed: (scene) => {
      const [login] = scene.asked("auth");
      const first = login?.readings[0];
      if (!first) return undefined;
      return first.what.whole ? "whole" : "part";
    },
  },
  tasks: {
    naive: {
      done: (scene) => scene.sessionsOf("messi").length > 0 && brokenLogin(scene) !== undefined,
      commonMistakes: MISTAKES_OF_A_LOGIN,
      solution: [{ kind: "enter", client: 0, line: "auth messi surabaya" }],
    },
    framed: {
      done: (scene) => scene.moment.clients[0]?.token !== undefined && wholeLogin(scene) !== undefined,
      mistakes: {
        stillNaive: {
          made: (scene) => scene.moment.clients[0]?.reader === "eachPiece" && scene.latest !== undefined,
          example: [{ kind: "enter", client: 0, line: "auth messi surabaya" }],
        },
        readerOnly: {
          made: (scene) => scene.moment.clients[0]?.reader === "framed" && scene.latest === undefined,
          example: [{ kind: "setReader", client: 0, reader: "framed" }],
        },
      },
      commonMistakes: MISTAKES_OF_A_LOGIN,
      actions: { framed: [{ kind: "setReader", client: 0, reader: "framed" }] },
      solution: [
        { kind: "setReader", client: 0, reader: "framed" },
        { kind: "enter", client: 0, line: "auth messi surabaya" },
      ],
    },
    buffer: {
      done: (scene) => {
        const client = scene.moment.clients[0];
        return client?.reader === "framed" && client.received !== "";
      },
      actions: { stall: [HELD_UP], deliver: [letThrough] },
      solution: [HELD_UP, { kind: "enter", client: 0, line: "help" }, letThrough],
    },
  },
  evidence: (scene) => {
    const broken = brokenLogin(scene);
    const whole = wholeLogin(scene);
    return {
      brokenReply: broken?.reply?.number,
      firstPiece: broken?.pieces[0]?.number,
      brokenReading: broken?.readings.find(({ what }) => !what.whole)?.number,
      wholePiece: whole?.pieces.at(-1)?.number,
      wholeReading: whole?.readings.at(-1)?.number,
      delivered: scene.all("arrived").filter(isToward("toClient")).at(-1)?.number,
    };
  },
} as const satisfies Lesson;

function brokenLogin(scene: Scene) {
  return scene.asked("auth").find(({ accepted, readings }) => accepted && readings.some(({ what }) => !what.whole));
}

function wholeLogin(scene: Scene) {
  return scene.asked("auth").find(({ accepted, pieces, isRead }) => accepted && pieces.length > 1 && isRead);
}

/** A part of what is held up on messi's connection. */
function letThrough(scene: Scene): Input {
  const connection = scene.moment.clients[0]?.connection ?? 0;
  return { kind: "deliver", connection, direction: "toClient", bytes: 40 };
}
