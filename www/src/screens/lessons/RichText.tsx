import type { ComponentChildren } from "preact";

import { href } from "../../app/router";
import { lessonsTexts } from "../../texts/lessons";
import type { LessonRun } from "./lesson-run";
import { withValues } from "./plain-text";

interface Props {
  children: string;
  /** For texts with values or with links to evidence. */
  run?: LessonRun;
}

const MARKED = /`([^`]+)`|\*([^*]+)\*|\[([^\]]+)\]\((\w+)\)/g;

/** A text of a lesson: `code`, *emphasis*, [a link](evidence), {a value}. */
export function RichText({ children, run }: Props) {
  const text = run ? withValues(children, run) : children;
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKED)) {
    const [whole, code, emphasis, words, evidence] = match;
    parts.push(text.slice(end, match.index));
    end = match.index + whole.length;
    if (code) parts.push(<code>{code}</code>);
    else if (emphasis) parts.push(<em>{emphasis}</em>);
    else if (words && evidence) parts.push(<Evidence words={words} name={evidence} run={run} />);
  }
  parts.push(text.slice(end));
  return <>{parts}</>;
}

/** Words about something that happened; pressing them selects it everywhere. */
function Evidence({ words, name, run }: { words: string; name: string; run: LessonRun | undefined }) {
  const number = run?.evidence(name);
  if (!run || number === undefined) return <>{words}</>;
  const select = (event: Event): void => {
    event.preventDefault();
    run.show(name);
  };
  return (
    <a
      class="lesson-evidence"
      href={href("lessons", run.lesson.id)}
      aria-current={run.playground.selection.selected.value === number || undefined}
      onClick={select}
    >
      {words} <span class="visually-hidden">{lessonsTexts.current.evidence(number)}</span>
      <span class="lesson-evidence-number" aria-hidden="true">
        {number}
      </span>
    </a>
  );
}
