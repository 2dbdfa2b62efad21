// Faults by name, as data. Their texts are in texts/faults; whom they are applied to is a `Scene`.
//
// TCP stays honest in all of them: bytes come late, in other pieces, or not at all because the connection is gone. None
// is lost from the middle.

import type { Direction, Input, Network } from "chatting-time-wasm";

import type { Scene } from "./scene";

/** A network that is in nobody's way. */
export const QUIET: Network = { latency: 20, jitter: 0, stalled: false };

/** Inputs in groups: those of one happen before a byte moves; then everything arrives that may. */
type Steps = (scene: Scene) => Input[][];

/** A network that is like this from now on. */
export interface NetworkPreset {
  id: PresetId;
  network: Partial<Network>;
  /** The direction in which it shows, if it does in one only. */
  only?: Direction;
  /** Requests that show what it does. */
  example: Steps;
}

/** Something that happens once, with the request that it happens to. */
export interface IncidentPreset {
  id: PresetId;
  incident: Steps;
}

export type Preset = NetworkPreset | IncidentPreset;

export const PRESET_IDS = [
  "quiet",
  "farAway",
  "crowdedWifi",
  "everyByteAlone",
  "joined",
  "stalled",
  "splitLetter",
  "halfClosed",
  "pulledCable",
  "reset",
  "lostReply",
  "unfinishedLine",
  "overlongLine",
] as const;

export type PresetId = (typeof PRESET_IDS)[number];

export const PRESETS: Record<PresetId, Preset> = {
  quiet: { id: "quiet", network: {}, example: list },
  farAway: { id: "farAway", network: { latency: 150, jitter: 5 }, example: list },
  crowdedWifi: {
    id: "crowdedWifi",
    network: { latency: 30, jitter: 250 },
    example: severalRequests,
  },
  everyByteAlone: { id: "everyByteAlone", network: { pieceBytes: 1 }, example: list },
  joined: { id: "joined", network: { join: 50 }, example: severalRequests },
  stalled: { id: "stalled", network: { stalled: true }, example: list },
  splitLetter: {
    id: "splitLetter",
    incident: (scene) => {
      const request = requestWithLongLetter(scene);
      return [
        [
          set(scene, "toServer", { splitAt: insideFirstLongLetter(request) }),
          { kind: "type", client: scene.client, bytes: request },
        ],
      ];
    },
  },
  halfClosed: {
    id: "halfClosed",
    incident: (scene) => [[enter(scene, "list"), { kind: "endSending", client: scene.client }]],
  },
  pulledCable: {
    id: "pulledCable",
    incident: (scene) => [
      [set(scene, "toServer", { stalled: true }), set(scene, "toClient", { stalled: true }), enter(scene, send(scene))],
    ],
  },
  reset: {
    id: "reset",
    incident: (scene) => [[enter(scene, "list"), { kind: "reset", client: scene.client }]],
  },
  lostReply: {
    id: "lostReply",
    incident: (scene) => [[{ kind: "loseReply", client: scene.client }, enter(scene, send(scene))]],
  },
  unfinishedLine: {
    id: "unfinishedLine",
    incident: (scene) => [
      [{ kind: "type", client: scene.client, bytes: scene.login.slice(0, -3) }],
      [{ kind: "advance", milliseconds: scene.lineTime }],
    ],
  },
  overlongLine: {
    id: "overlongLine",
    incident: (scene) => [[{ kind: "type", client: scene.client, bytes: `${"x".repeat(scene.lineBytes)}\\r\\n` }]],
  },
};

export function isNetworkPreset(preset: Preset): preset is NetworkPreset {
  return "network" in preset;
}

/** One direction of the scene's client is like this from now on, and otherwise quiet. */
export function set({ client }: Scene, direction: Direction, faults: Partial<Network>): Input {
  return { kind: "setNetwork", client, direction, network: { ...QUIET, ...faults } };
}

function enter({ client }: Scene, line: string): Input {
  return { kind: "enter", client, line };
}

function list(scene: Scene): Input[][] {
  return [[enter(scene, "list")]];
}

function severalRequests(scene: Scene): Input[][] {
  return [[enter(scene, "list"), enter(scene, "inbox"), enter(scene, "help")]];
}

function send({ recipient, message }: Scene): string {
  return `send ${recipient} ${message}`;
}

/** Escaped bytes, as a program might write them. */
function requestWithLongLetter({ token, recipient, messageWithLongLetter }: Scene): string {
  return `send ${token} ${recipient} ${messageWithLongLetter}\\r\\n`;
}

/** Behind the first byte of the first letter that takes several bytes in UTF-8. */
function insideFirstLongLetter(text: string): number {
  return text.search(/[^\0-\x7f]/) + 1;
}
