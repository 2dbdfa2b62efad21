import type { ClientView } from "chatting-time-wasm";
import { useId, useState } from "preact/hooks";

import { texts } from "../../texts";
import { Segmented } from "../Segmented";
import type { ClientActions } from "./actions";
import { ClientHead } from "./ClientHead";
import { CommandInput } from "./CommandInput";
import { ConnectionControls } from "./ConnectionControls";
import { Dialogue } from "./Dialogue";
import { RawInput } from "./RawInput";
import { Received } from "./Received";
import "./client-card.css";

interface Props {
  view: ClientView;
  actions: ClientActions;
  /** What may be typed next, as a ghost in the empty input. */
  hint?: string | undefined;
  /** Observations to be marked in the dialogue. */
  selected?: number | undefined;
  related?: ReadonlySet<number>;
}

type Mode = "terminal" | "raw";

/** One person's desk: the connection, the terminal's dialogue, and where to type. */
export function ClientCard({ view, actions, hint, selected, related }: Props) {
  const id = useId();
  const [mode, setMode] = useState<Mode>("terminal");
  const t = texts.current.client;
  return (
    <article class={`client-card client-${view.client}`} aria-labelledby={id}>
      <ClientHead view={view} id={id} />
      <Dialogue
        lines={view.dialogue}
        name={view.name}
        selected={selected}
        related={related}
        onSelect={actions.select}
      />
      <Received view={view} />
      <div class="client-card-input">
        {mode === "raw" && actions.type ? (
          <RawInput view={view} type={actions.type} />
        ) : (
          <CommandInput
            client={view.client}
            name={view.name}
            prompt={view.prompt}
            earlier={enteredLines(view)}
            enter={actions.enter}
            hint={hint}
          />
        )}
        <div class="client-card-feet">
          <ConnectionControls view={view} actions={actions} />
          {actions.type && (
            <Segmented
              label={t.mode(view.name)}
              options={[
                { value: "terminal", label: t.modes.terminal },
                { value: "raw", label: t.modes.raw },
              ]}
              value={mode}
              onChange={setMode}
            />
          )}
        </div>
      </div>
    </article>
  );
}

/** What was entered before, without prompts and without the same line twice in a row. */
function enteredLines(view: ClientView): string[] {
  return view.dialogue
    .filter((line) => line.kind === "entered")
    .map((line) => line.text.slice(line.text.indexOf(":") + 1))
    .filter((line, index, all) => line !== all[index - 1]);
}
