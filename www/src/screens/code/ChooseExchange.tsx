import type { TraceRow } from "chatting-time-wasm";

import { Field } from "../../components/Field";
import { usePlayground } from "../../model/context";
import { codeTexts } from "../../texts/code";

/** In characters. */
const LONGEST_OPTION = 60;

/** Selects the exchange that is shown. */
export function ChooseExchange({ requests, shown }: { requests: TraceRow[]; shown: number }) {
  const playground = usePlayground();
  const t = codeTexts.current;
  const { clients } = playground.moment.value;
  const option = ({ client, observation: { time, what } }: TraceRow): string => {
    const line = what.kind === "request" ? what.bytes.slice(0, LONGEST_OPTION) : "";
    return t.option(clients[client ?? 0]?.name ?? "", (time / 1_000).toFixed(3), line);
  };
  // An older one, selected in the Lab, is offered as well while it is shown.
  const listed = requests.some(({ number }) => number === shown);
  const older = listed ? undefined : playground.observation(shown)?.row;
  return (
    <Field label={t.exchange}>
      {(tie) => (
        <select
          {...tie}
          class="mono"
          value={shown}
          onChange={({ currentTarget }) => playground.selection.select(Number(currentTarget.value))}
        >
          {[...requests, ...(older ? [older] : [])].map((row) => (
            <option key={row.number} value={row.number}>
              {option(row)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
