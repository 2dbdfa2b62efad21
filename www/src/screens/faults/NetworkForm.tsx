import type { Direction, Network } from "chatting-time-wasm";
import { useState } from "preact/hooks";

import { Field } from "../../components/Field";
import { Icon } from "../../components/icons";
import { usePlayground } from "../../model/context";
import { formatNumber } from "../../model/format";
import { note } from "../../model/status";
import { faultsTexts } from "../../texts/faults";
import { isWithin, NUMBERS, type NumberName, networkOf, type Written, writtenOf } from "./network-numbers";

interface Props {
  client: number;
  direction: Direction;
  network: Network;
}

/** One direction's network in numbers. The browser holds them to their ranges, and the engine has the last word. */
export function NetworkForm({ client, direction, network }: Props) {
  const playground = usePlayground();
  const [written, setWritten] = useState<Written>(() => writtenOf(network));
  const [stalled, setStalled] = useState(network.stalled);
  const t = faultsTexts.current;

  const submit = (event: Event): void => {
    event.preventDefault();
    const input = { kind: "setNetwork", client, direction, network: networkOf(written, stalled) } as const;
    if (playground.apply(input)) note(t.own.done(t.directions[direction]));
  };
  const field = (name: NumberName) => {
    const { min, max, required } = NUMBERS[name];
    const error = isWithin(name, written[name]) ? undefined : t.own.outOfRange(formatNumber(min), formatNumber(max));
    return (
      <Field key={name} label={t.own[name]} error={error}>
        {(tie) => (
          <input
            {...tie}
            type="number"
            inputMode="numeric"
            min={min}
            max={max}
            step={1}
            required={required}
            placeholder={required ? undefined : t.own.none}
            value={written[name]}
            onInput={(event) => setWritten({ ...written, [name]: event.currentTarget.value })}
          />
        )}
      </Field>
    );
  };
  return (
    <form class="network-form" onSubmit={submit}>
      <fieldset>
        <legend>
          <Icon name={direction} /> {t.directions[direction]}
        </legend>
        {(Object.keys(NUMBERS) as NumberName[]).map(field)}
        <label class="network-stalled">
          <input type="checkbox" checked={stalled} onChange={(event) => setStalled(event.currentTarget.checked)} />
          {t.own.stalled}
        </label>
        <button type="submit">{t.own.set}</button>
      </fieldset>
    </form>
  );
}
