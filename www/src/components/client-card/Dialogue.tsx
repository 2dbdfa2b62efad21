import type { DialogueLine } from "chatting-time-wasm";
import { useLayoutEffect, useRef } from "preact/hooks";

import { texts } from "../../texts";
import { Bytes } from "../Bytes";

interface Props {
  lines: readonly DialogueLine[];
  name: string;
  selected?: number | undefined;
  related?: ReadonlySet<number> | undefined;
  onSelect?: ((observation: number) => void) | undefined;
}

/** What was typed and what was answered. The newest line stays in view; arrow keys walk through the lines. */
export function Dialogue({ lines, name, selected, related, onSelect }: Props) {
  const log = useRef<HTMLDivElement>(null);
  const last = lines.at(-1)?.observation;
  useLayoutEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [last, lines.length]);
  const t = texts.current.client;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
    <div class="dialogue" role="log" aria-label={t.dialogue(name)} tabIndex={0} ref={log} onKeyDown={walk}>
      {lines.length === 0 && <p class="soft">{t.nothingYet}</p>}
      {lines.map((line, index) => {
        // Several lines may come from one observation.
        const key = `${line.observation}/${index}`;
        const kind = `dialogue-line dialogue-${line.kind}`;
        // The terminal also shows empty lines: there is nothing to choose in them.
        if (!onSelect || line.text === "") {
          return (
            <p key={key} class={kind}>
              <LineText line={line} />
            </p>
          );
        }
        return (
          <button
            key={key}
            type="button"
            tabIndex={-1}
            class={kind}
            aria-pressed={line.observation === selected}
            data-related={related?.has(line.observation) || undefined}
            onClick={() => onSelect(line.observation)}
          >
            <LineText line={line} />
          </button>
        );
      })}
    </div>
  );
}

function LineText({ line }: { line: DialogueLine }) {
  if (line.kind === "typed") return <Bytes text={line.text} />;
  const colon = line.text.indexOf(":") + 1;
  if (line.kind !== "entered" || colon === 0) return <>{line.text}</>;
  return (
    <>
      <span class="dialogue-prompt">{line.text.slice(0, colon)}</span>
      <b>{line.text.slice(colon)}</b>
    </>
  );
}

function walk(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const lines = [...event.currentTarget.querySelectorAll<HTMLElement>(".dialogue-line")];
  const at = lines.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowUp: at < 0 ? lines.length - 1 : at - 1, ArrowDown: at + 1 }[event.key];
  const line = to === undefined ? undefined : lines[to];
  if (!line) return;
  event.preventDefault();
  line.focus();
}
