// The network cuts and joins as it likes; who reads up to the terminator never notices.

import type { Lesson } from "./lesson";
import { isToward, type Scene } from "./scene";

const QUIET = { latency: 20, jitter: 0, stalled: false } as const;

export const pieces = {
  id: "pieces",
  setting: {
    seed: "0000000000000004",
    clients: ["messi"],
    inputs: [
      { kind: "enter", client: 0, line: "auth messi surabaya" },
      { kind: "setNetwork", client: 0, direction: "toClient", network: { ...QUIET, pieceBytes: 32 } },
    ],
  },
  prediction: {
    choices: ["one", "two", "thirtyTwo"],
    right: "two",
    observed: (scene) => {
      const count = scene.asked("inbox").find(({ accepted }) => accepted)?.pieces.length;
      return count === 1 ? "one" : count === 2 ? "two" : count === 32 ? "thirtyTwo" : undefined;
    },
  },
  tasks: {
    cut: {
      done: (scene) => cutReply(scene) !== undefined,
      mistakes: {
        otherCommand: {
          made: (scene) => scene.latest?.accepted === true && scene.latest.request.what.command !== "inbox",
          example: [{ kind: "enter", client: 0, line: "list" }],
        },
      },
      commonMistakes: ["notLoggedIn", "unknownCommand", "noLineEnd", "onlyConnected"],
      solution: [{ kind: "enter", client: 0, line: "inbox" }],
    },
    character: {
      done: (scene) => cutCharacter(scene) !== undefined,
      mistakes: {
        notCut: {
          made: (scene) => scene.latest?.request.what.command === "send" && scene.latest.arrivals.length === 1,
          example: [{ kind: "enter", client: 0, line: "send messi café" }],
        },
        asciiOnly: {
          made: (scene) => scene.latest?.request.what.command === "send" && scene.latest.accepted,
          example: [
            { kind: "setNetwork", client: 0, direction: "toServer", network: { ...QUIET, pieceBytes: 1 } },
            { kind: "enter", client: 0, line: "send messi kopi" },
          ],
        },
      },
      commonMistakes: ["notLoggedIn", "userNotFound", "badParameters", "unknownCommand", "noLineEnd", "onlyConnected"],
      actions: {
        byteByByte: [{ kind: "setNetwork", client: 0, direction: "toServer", network: { ...QUIET, pieceBytes: 1 } }],
      },
      solution: [
        { kind: "setNetwork", client: 0, direction: "toServer", network: { ...QUIET, pieceBytes: 1 } },
        { kind: "enter", client: 0, line: "send messi café" },
      ],
    },
    joined: {
      done: (scene) => joinedPiece(scene) !== undefined,
      mistakes: {
        stillCutting: {
          made: (scene) => scene.latest !== undefined && scene.moment.clients[0]?.toClient.pieceBytes !== undefined,
          example: [{ kind: "type", client: 0, bytes: "inbox\\r\\nlist\\r\\n" }],
        },
        apart: {
          made: (scene) => scene.latest !== undefined && scene.moment.clients[0]?.toClient.join !== undefined,
          example: [
            { kind: "setNetwork", client: 0, direction: "toClient", network: { ...QUIET, join: 200 } },
            { kind: "enter", client: 0, line: "inbox" },
          ],
        },
      },
      commonMistakes: ["notLoggedIn", "noLineEnd", "unknownCommand", "onlyConnected"],
      actions: {
        join: [
          { kind: "setNetwork", client: 0, direction: "toServer", network: QUIET },
          { kind: "setNetwork", client: 0, direction: "toClient", network: { ...QUIET, join: 200 } },
        ],
      },
      solution: [
        { kind: "setNetwork", client: 0, direction: "toServer", network: QUIET },
        { kind: "setNetwork", client: 0, direction: "toClient", network: { ...QUIET, join: 200 } },
        { kind: "type", client: 0, bytes: "inbox\\r\\nlist\\r\\n" },
      ],
    },
  },
  evidence: (scene) => {
    const cut = cutReply(scene);
    const character = cutCharacter(scene);
    const joined = joinedPiece(scene);
    return {
      firstPiece: cut?.pieces[0]?.number,
      lastPiece: cut?.pieces.at(-1)?.number,
      cutReading: cut?.readings.at(-1)?.number,
      firstByte: character?.arrivals[0]?.number,
      request: character?.request.number,
      joinedPiece: joined?.number,
      joinedReading: joined && scene.exchanges.find(({ pieces }) => holds(pieces, joined))?.readings[0]?.number,
    };
  },
} as const satisfies Lesson;

function cutReply(scene: Scene) {
  return scene.asked("inbox").find(({ accepted, pieces, isRead }) => accepted && pieces.length > 1 && isRead);
}

/** A message with a character of several bytes, accepted though these came apart. */
function cutCharacter(scene: Scene) {
  return scene
    .asked("send")
    .find(
      ({ accepted, arrivals }) =>
        accepted && arrivals.length > 1 && arrivals.some(({ what }) => /\\x[89a-f][0-9a-f]/.test(what.bytes)),
    );
}

/** A piece that held replies to more than one request. */
function joinedPiece(scene: Scene) {
  return scene
    .all("arrived")
    .filter(isToward("toClient"))
    .find((piece) => scene.exchanges.filter(({ pieces }) => holds(pieces, piece)).length > 1);
}

function holds(pieces: readonly { number: number }[], piece: { number: number }): boolean {
  return pieces.some(({ number }) => number === piece.number);
}
