// The screens but the Lab come when they are first opened, each with its texts. A screen is a folder with an `index.ts`:
//
//   export default Faults;                   a component; it is given what follows the screen's name in the address
//   export const texts = [faultsTexts];      the sets of texts to be loaded before it is shown

import type { ComponentType } from "preact";

import Lab from "../screens/lab";
import type { TextSet } from "../texts/text-set";
import { SCREENS, type ScreenName } from "./router";

export type ScreenComponent = ComponentType<{ rest: string }>;

interface ScreenModule {
  default: ScreenComponent;
  texts: TextSet<unknown>[];
}

const modules = import.meta.glob<ScreenModule>(["../screens/*/index.ts", "!../screens/lab/index.ts"]);

const loaded = new Map<ScreenName, ScreenComponent>([["lab", Lab]]);

/** In the order of the navigation. */
export const screens = SCREENS.filter((name) => name === "lab" || path(name) in modules);

/** At once, when it has been loaded before. */
export function loadedScreen(name: ScreenName): ScreenComponent | undefined {
  return loaded.get(name);
}

/** Rejects when a file of it can't be had. */
export async function loadScreen(name: ScreenName): Promise<ScreenComponent> {
  const load = modules[path(name)];
  if (!load) throw new Error(`there is no screen ${name}`);
  const screen = await load();
  await Promise.all(screen.texts.map((set) => set.load()));
  loaded.set(name, screen.default);
  return screen.default;
}

function path(name: ScreenName): string {
  return `../screens/${name}/index.ts`;
}
