import { computed } from "@preact/signals";
import type { Observation } from "chatting-time-wasm";
import { useMemo } from "preact/hooks";

import { usePlayground } from "../../model/context";
import type { Playground } from "../../model/playground";

/** More than this belong together only in a long pipeline, where marking all of them tells nothing. */
const MOST = 300;

const perPlayground = new WeakMap<Playground, { value: readonly Observation[] }>();

/** The observations that belong to the selection. */
export function useRelated(): readonly Observation[] {
  const playground = usePlayground();
  return useMemo(() => relatedIn(playground), [playground]).value;
}

function relatedIn(playground: Playground): { value: readonly Observation[] } {
  const known = perPlayground.get(playground);
  if (known) return known;
  const related = computed(() =>
    [...playground.selection.related.value].slice(0, MOST).flatMap((number) => {
      return playground.observation(number)?.row.observation ?? [];
    }),
  );
  perPlayground.set(playground, related);
  return related;
}
