// Which playground the components below are about.

import { signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

import type { Playground } from "./playground";

export const PlaygroundContext = createContext<Playground | undefined>(undefined);
/** The Lab's, whatever else is shown: where scenarios from outside are opened. */
export const LabContext = createContext<Playground | undefined>(undefined);

/** One that the screen shows instead of the Lab's, for what stands around the screens. */
export const inPlaceOfLab = signal<Playground | undefined>(undefined);

export function usePlayground(): Playground {
  return known(useContext(PlaygroundContext));
}

export function useLab(): Playground {
  return known(useContext(LabContext));
}

function known(playground: Playground | undefined): Playground {
  if (!playground) throw new Error("no playground around this component");
  return playground;
}
