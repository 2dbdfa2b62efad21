import { type ClientView, parseBytes } from "chatting-time-wasm";
import { useState } from "preact/hooks";

import { asPlaygroundError } from "../../model/failures";
import { texts } from "../../texts";
import { Field } from "../Field";

interface Props {
  view: ClientView;
  type: (bytes: string) => boolean;
}

const TERMINATORS = ["\\r\\n", "\\n", ""] as const;

/** Exactly these bytes in one write, whatever they are: half a line, two lines, no text at all. */
export function RawInput({ view, type }: Props) {
  const [text, setText] = useState("");
  const [terminator, setTerminator] = useState<string>(TERMINATORS[0]);
  const t = texts.current.client;
  const bytes = text + terminator;
  const length = lengthOf(bytes);

  const submit = (event: Event): void => {
    event.preventDefault();
    if (length && type(bytes)) setText("");
  };
  return (
    <form class="raw-input" onSubmit={submit}>
      <Field
        label={t.rawBytes(view.name)}
        hint={t.rawHint}
        error={length === undefined ? texts.current.failures.badEscape : undefined}
      >
        {(tie) => (
          <textarea
            {...tie}
            class="mono"
            rows={2}
            data-client-input={view.client}
            value={text}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && !event.shiftKey && submit(event)}
          />
        )}
      </Field>
      <div class="raw-input-feet">
        <label>
          <span class="visually-hidden">{t.terminator}</span>
          <select value={terminator} onChange={(event) => setTerminator(event.currentTarget.value)}>
            {TERMINATORS.map((one) => (
              <option key={one} value={one}>
                {one === "" ? t.noTerminator : t.withTerminator(one)}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="primary" disabled={!length}>
          {t.write(length ?? 0)}
        </button>
      </div>
    </form>
  );
}

/** In bytes; nothing when the escapes are wrong. A line break in the text area stands for itself. */
function lengthOf(escaped: string): number | undefined {
  try {
    return parseBytes(escaped).length;
  } catch (thrown) {
    if (!asPlaygroundError(thrown)) throw thrown;
    return undefined;
  }
}
