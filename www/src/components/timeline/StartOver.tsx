import { documentedPeople } from "../../model/beginning";
import { usePlayground } from "../../model/context";
import { note } from "../../model/status";
import { texts } from "../../texts";

/** A new scenario; the former one is one press away, and stays among those that Share brings back. */
export function StartOver({ onDone }: { onDone: () => void }) {
  const playground = usePlayground();
  const t = texts.current.timeline;
  const startOver = (): void => {
    const former = playground.scenario();
    if (!former && !window.confirm(t.forGood)) return;
    playground.begin(documentedPeople());
    onDone();
    note(t.startedOver, former && { label: t.undoStartOver, run: () => playground.replace(former) });
    // That part comes on demand. Where it can't, the press is what there is.
    if (former) import("../../links/former").then(({ keepFormer }) => keepFormer(former)).catch(() => {});
  };
  return (
    <p class="start-over">
      <button type="button" onClick={startOver}>
        {t.startOver}
      </button>
      <span class="soft">{t.startOverHint}</span>
    </p>
  );
}
