import { useId, useState } from "preact/hooks";

import { texts } from "../../texts";
import { IconButton } from "../IconButton";

interface Props {
  client: number;
  name: string;
  /** What stands in front of the line. */
  prompt: string;
  /** Lines entered before, the latest last: Arrow Up brings them back. */
  earlier: readonly string[];
  /** Whether the line was taken. */
  enter: (line: string) => boolean;
  /** What may be typed next, as a ghost in the empty input. */
  hint?: string | undefined;
  maxLength?: number | undefined;
}

/** The terminal's next line, behind its prompt. */
export function CommandInput({ client, name, prompt, earlier, enter, hint, maxLength }: Props) {
  const id = useId();
  const [line, setLine] = useState("");
  const [back, setBack] = useState(0);
  const t = texts.current.client;

  const submit = (event: Event): void => {
    event.preventDefault();
    if (line.trim() === "" || !enter(line)) return;
    setLine("");
    setBack(0);
  };
  const recall = (event: KeyboardEvent): void => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(earlier.length, back + step));
    setBack(to);
    setLine(to === 0 ? "" : (earlier[earlier.length - to] ?? ""));
  };
  return (
    <form class="command-input" onSubmit={submit}>
      <label for={id}>
        <span class="visually-hidden">{t.commandOf(name)} </span>
        <code>{prompt}</code>
      </label>
      <input
        id={id}
        class="mono"
        data-client-input={client}
        value={line}
        placeholder={hint}
        maxLength={maxLength}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="send"
        onInput={(event) => setLine(event.currentTarget.value)}
        onKeyDown={recall}
      />
      <IconButton icon="toServer" label={t.enter} type="submit" disabled={line.trim() === ""} />
    </form>
  );
}
