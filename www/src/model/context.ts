// Which playground the components below are about.

import { createContext } from "preact";
import { useContext } from "preact/hooks";

import type { Playground } from "./playground";

export const PlaygroundContext = createContext<Playground | undefined>(undefined);

export function usePlayground(): Playground {
  const playground = useContext(PlaygroundContext);
  if (!playground) throw new Error("no playground around this component");
  return playground;
}
