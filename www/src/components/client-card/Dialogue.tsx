import type { DialogueLine } from "chatting-time-wasm";

import { texts } from "../../texts";
import { Bytes } from "../Bytes";

interface Props {
  lines: readonly DialogueLine[];
  name: string;
  selected?: number | undefined;
  related?: ReadonlySet<number> | undefined;
  onSelect?: ((observation: number) => void) | undefined;
}

/** What was typed and what was answered. At its end the newest line stays in view; arrow keys walk through the lines. */
export function Dialogue({ lines, name, selected, related, onSelect }: Props) {
  const t = texts.current.client;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
    <div class="dialogue" role="log" aria-label={t.dialogue(name)} tabIndex={0} onKeyDown={walk}>
      <div class="dialogue-lines">
        {lines.length === 0 && <p class="soft">{t.nothingYet}</p>}
        {lines.map((line, index) => (
          <Line
            // By its place: after a leap in time all lines are others, and their elements serve again.
            key={index}
            line={line}
            isSelected={line.observation === selected}
            isRelated={related?.has(line.observation) ?? false}
            onSelect={onSelect}
          />
        ))}
      </div>
    </div>
  );
}

interface LineProps {
  line: DialogueLine;
  isSelected: boolean;
  isRelated: boolean;
  onSelect: Props["onSelect"];
}

function Line({ line, isSelected, isRelated, onSelect }: LineProps) {
  const kind = `dialogue-line dialogue-${line.kind}`;
  // The terminal also shows empty lines: there is nothing to choose in them.
  if (!onSelect || line.text === "") {
    return (
      <p class={kind}>
        <LineText line={line} />
      </p>
    );
  }
  return (
    <button
      type="button"
      tabIndex={-1}
      class={kind}
      aria-pressed={isSelected}
      data-related={isRelated || undefined}
      onClick={() => onSelect(line.observation)}
    >
      <LineText line={line} />
    </button>
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
