import { useRef, useState } from "preact/hooks";
import { Panel } from "../../components/Panel";
import { LESSON_NAMES, LESSONS } from "../../lessons";
import { readProgress, writeProgress } from "../../lessons/progress";
import { note, problem } from "../../model/status";
import { lessonsTexts } from "../../texts/lessons";
import { Confirm } from "./Confirm";
import { addProgress, forgetAllProgress, progress } from "./kept-progress";
import { forgetScene } from "./kept-scene";

/** In bytes. A file of saved progress is a few thousand long. */
const LARGEST = 1024 * 1024;

/** The progress as a file, in both directions, and the way to begin anew. */
export function ProgressPanel() {
  const t = lessonsTexts.current;
  const [asks, setAsks] = useState(false);
  const startAgain = (): void => {
    forgetAllProgress();
    for (const name of LESSON_NAMES) forgetScene(LESSONS[name]);
  };
  return (
    <Panel title={t.progress.title} class="lessons-progress">
      <p>{t.progress.text}</p>
      <div class="lessons-actions">
        <button type="button" onClick={save}>
          {t.progress.export}
        </button>
        <OpenFile />
        <button type="button" onClick={() => setAsks(true)}>
          {t.startAgain.all}
        </button>
      </div>
      {asks && (
        <Confirm
          title={t.startAgain.allTitle}
          text={t.startAgain.allText}
          onConfirm={startAgain}
          onClose={() => setAsks(false)}
        />
      )}
    </Panel>
  );
}

/** A button that stands for the browser's own, which can't be put into words. */
function OpenFile() {
  const t = lessonsTexts.current;
  const input = useRef<HTMLInputElement>(null);
  const open = (): void => {
    const file = input.current?.files?.[0];
    if (file) void take(file);
    // The same file may be chosen again.
    if (input.current) input.current.value = "";
  };
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        {t.progress.import}
      </button>
      <input ref={input} type="file" accept="application/json,.json" hidden onChange={open} />
    </>
  );
}

function save(): void {
  const address = URL.createObjectURL(new Blob([writeProgress(progress.peek())], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "chatting-time-lessons.json";
  link.click();
  // The browser needs the address for a moment after the click.
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

async function take(file: File): Promise<void> {
  const t = lessonsTexts.current.progress;
  if (file.size > LARGEST) {
    problem(t.problems.tooLarge);
    return;
  }
  let text: string;
  try {
    text = await file.text();
  } catch {
    problem(t.problems.unreadable);
    return;
  }
  const found = readProgress(text);
  if (typeof found === "string") {
    problem(t.problems[found]);
    return;
  }
  note(t.imported(Object.keys(found).length));
  addProgress(found);
}
