// biome-ignore-all lint/a11y/useSemanticElements: the table is laid out by hand, see TraceGrid
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row

import { texts } from "../../texts";

/** The names of the columns; they stay in view. */
export function TraceHead() {
  const t = texts.current.trace.columns;
  return (
    <div class="trace-head" role="row" aria-rowindex={1}>
      <span role="columnheader" class="trace-time">
        {t.time}
      </span>
      <span role="columnheader">{t.connection}</span>
      <span role="columnheader">{t.kind}</span>
      <span role="columnheader" class="trace-length">
        {t.length}
      </span>
      <span role="columnheader">{t.content}</span>
    </div>
  );
}
