// Mistakes that can happen in almost any task.

import type { CommonMistake } from "./lesson";
import type { Scene } from "./scene";

export const COMMON_MISTAKES: Readonly<Record<CommonMistake, (scene: Scene) => boolean>> = {
  onlyConnected: (scene) =>
    scene.all("connected", scene.taskStart).length > 0 && scene.writes(scene.taskStart).length === 0,
  noLineEnd: (scene) =>
    scene.writes(scene.taskStart).length > 0 &&
    scene.moment.connections.some(({ state, unfinishedLine }) => state === "open" && unfinishedLine !== ""),
  unknownCommand: (scene) => scene.latest?.refusal === "unknown_command",
  badParameters: (scene) => scene.latest?.refusal === "bad_parameters",
  notLoggedIn: (scene) => scene.latest?.refusal === "session_not_found",
  wrongPassword: (scene) => scene.latest?.refusal === "wrong_password",
  userNotFound: (scene) => scene.latest?.refusal === "user_not_found",
};

/** Those of who is to log in, the likeliest to be meant first. */
export const MISTAKES_OF_A_LOGIN: readonly CommonMistake[] = [
  "wrongPassword",
  "userNotFound",
  "badParameters",
  "unknownCommand",
  "noLineEnd",
  "onlyConnected",
];
