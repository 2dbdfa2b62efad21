import type { TraceFilter } from "chatting-time-wasm";

import { usePlayground } from "../../model/context";
import { texts } from "../../texts";
import { Segmented } from "../Segmented";

export const VIEWS: readonly TraceFilter["view"][] = ["pieces", "messages", "everything"];

interface Props {
  filter: TraceFilter;
  onChange: (filter: TraceFilter) => void;
}

/** What the trace shows: pieces, whole messages or everything, of whom, with which text. */
export function TraceToolbar({ filter, onChange }: Props) {
  const { clients } = usePlayground().moment.value;
  const t = texts.current.trace;
  const change = (client: number | undefined, text: string): void => {
    onChange({ view: filter.view, ...(client !== undefined && { client }), ...(text !== "" && { text }) });
  };
  return (
    <div class="trace-toolbar">
      <Segmented
        label={t.view}
        options={VIEWS.map((value) => ({ value, label: t.views[value] }))}
        value={filter.view}
        onChange={(view) => onChange({ ...filter, view })}
      />
      <label>
        <span class="visually-hidden">{t.ofWhom}</span>
        <select
          value={filter.client === undefined ? "" : String(filter.client)}
          onChange={({ currentTarget: { value } }) =>
            change(value === "" ? undefined : Number(value), filter.text ?? "")
          }
        >
          <option value="">{t.everyone}</option>
          {clients.map(({ client, name }) => (
            <option key={client} value={String(client)}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="visually-hidden">{t.filter}</span>
        <input
          type="search"
          placeholder={t.filter}
          value={filter.text ?? ""}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => change(filter.client, event.currentTarget.value)}
        />
      </label>
    </div>
  );
}
