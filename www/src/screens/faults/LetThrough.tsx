import type { ClientView, Direction, InFlight } from "chatting-time-wasm";
import { useId, useState } from "preact/hooks";

import { usePlayground } from "../../model/context";
import { formatNumber } from "../../model/format";
import { faultsTexts } from "../../texts/faults";

interface Props {
  view: ClientView;
  direction: Direction;
  pieces: readonly InFlight[];
}

/** Exactly so many bytes arrive now, however slow or stalled the network is. */
export function LetThrough({ view, direction, pieces }: Props) {
  const id = useId();
  const playground = usePlayground();
  const [wanted, setWanted] = useState(1);
  const t = faultsTexts.current;
  const { connection } = view;
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (connection === undefined) return null;
  if (bytes === 0) return pieces.length > 0 ? <LetEndThrough connection={connection} direction={direction} /> : null;
  const submit = (event: Event): void => {
    event.preventDefault();
    playground.apply({ kind: "deliver", connection, direction, bytes: wanted });
  };
  return (
    <form class="let-through" onSubmit={submit}>
      <label for={id}>{t.letThrough.label}</label>
      <input
        id={id}
        type="number"
        min={1}
        max={bytes}
        step={1}
        required
        value={wanted}
        onInput={(event) => setWanted(event.currentTarget.valueAsNumber)}
      />
      <button type="submit">{t.letThrough.button}</button>
      <span class="soft">{t.letThrough.underWay(t.pipe.bytes(bytes, formatNumber(bytes)))}</span>
    </form>
  );
}

/** No byte is under way, only the end of the stream. */
function LetEndThrough({ connection, direction }: { connection: number; direction: Direction }) {
  const playground = usePlayground();
  const t = faultsTexts.current.letThrough;
  const deliver = (): void => {
    playground.apply({ kind: "deliver", connection, direction, bytes: 0 });
  };
  return (
    <p class="let-through">
      <button type="button" onClick={deliver}>
        {t.end}
      </button>
    </p>
  );
}
