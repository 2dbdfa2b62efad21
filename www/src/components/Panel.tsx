import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

import "./panel.css";

interface Props {
  title: ComponentChildren;
  /** What stands at the right of the title: a count, a switch. */
  aside?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}

/** A titled part of a screen. */
export function Panel({ title, aside, class: name, children }: Props) {
  const id = useId();
  return (
    <section class={`panel ${name ?? ""}`} aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
