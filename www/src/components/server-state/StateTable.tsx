import type { Change } from "chatting-time-wasm";
import type { ComponentChildren } from "preact";

import type { Concerns } from "../../model/concerns";
import { latest } from "../../model/concerns";
import { usePlayground } from "../../model/context";
import { texts } from "../../texts";
import { Icon } from "../icons";
import { useRelated } from "./related";

interface SectionProps {
  title: string;
  count: number;
  /** What is said when there is none. */
  empty: string;
  /** Whether the latest step changed something in here, for when it is folded. */
  changed: boolean;
  children: ComponentChildren;
}

/** One kind of thing that the server holds, foldable. */
export function StateSection({ title, count, empty, changed, children }: SectionProps) {
  return (
    <details class="state-section" open>
      <summary>
        <Icon name="down" />
        <h3>{title}</h3>
        <span class="soft">{count}</span>
        {changed && <ChangeMark change="changed" />}
      </summary>
      {count === 0 && !changed ? <p class="state-empty soft">{empty}</p> : <ul>{children}</ul>}
    </details>
  );
}

interface RowProps {
  change: Change;
  concerns: Concerns;
  children: ComponentChildren;
}

/** One row. Choosing it selects what was last observed about it. */
export function StateRow({ change, concerns, children }: RowProps) {
  const playground = usePlayground();
  const related = useRelated();
  const select = (): void => {
    const observation = latest(playground, concerns);
    if (observation !== undefined) playground.selection.toggle(observation);
  };
  return (
    <li class={`state-row state-${change}`} data-related={related.some(concerns) || undefined}>
      <button type="button" onClick={select}>
        <ChangeMark change={change} />
        {children}
      </button>
    </li>
  );
}

const MARKS = { added: "plus", changed: "change", removed: "minus" } as const;

/** What the latest step did, in a word and a sign. */
export function ChangeMark({ change }: { change: Change }) {
  if (change === "none") return null;
  return (
    <span class={`change-mark change-${change}`}>
      <Icon name={MARKS[change]} /> {texts.current.serverState.changes[change]}
    </span>
  );
}
