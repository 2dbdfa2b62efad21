// Applies presets to a client of a playground.

import type { Direction, Input } from "chatting-time-wasm";

import type { Playground } from "../model/playground";
import { isNetworkPreset, type NetworkPreset, type Preset, set } from "./presets";
import { type Scene, sceneOf } from "./scene";

export type Directions = Direction | "both";

export function directionsOf(chosen: Directions): Direction[] {
  return chosen === "both" ? ["toServer", "toClient"] : [chosen];
}

/** The client's network is like this from now on. Whether it was done. */
export function applyNetwork(
  playground: Playground,
  client: number,
  preset: NetworkPreset,
  directions: Directions,
): boolean {
  return playground.applyAll(networkInputs(sceneOf(client, playground.moment.peek()), preset, directions));
}

/** The preset, and requests that show what it does, by somebody who has logged in. Whether it was done. */
export function showPreset(playground: Playground, client: number, preset: Preset, directions: Directions): boolean {
  if (!logIn(playground, client)) return false;
  const scene = sceneOf(client, playground.moment.peek());
  const groups = isNetworkPreset(preset)
    ? [networkInputs(scene, preset, directions), ...preset.example(scene)]
    : preset.incident(scene);
  return groups.every((group) => playground.applyAll(group));
}

/** On a network that lets everything through, since the example comes after it. */
function logIn(playground: Playground, client: number): boolean {
  const scene = sceneOf(client, playground.moment.peek());
  if (scene.token) return true;
  const quiet = directionsOf("both").map((direction) => set(scene, direction, {}));
  const done = playground.applyAll([...quiet, { kind: "enter", client, line: scene.login }]);
  playground.finish();
  return done;
}

function networkInputs(scene: Scene, preset: NetworkPreset, directions: Directions): Input[] {
  return directionsOf(preset.only ?? directions).map((direction) => set(scene, direction, preset.network));
}
