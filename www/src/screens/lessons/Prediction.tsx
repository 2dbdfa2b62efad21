import { useId, useState } from "preact/hooks";

import { progressIn } from "../../lessons/progress";
import { lessonsTexts } from "../../texts/lessons";
import type { AnyLessonTexts } from "../../texts/lessons/shape";
import { progress } from "./kept-progress";
import type { LessonRun } from "./lesson-run";
import { RichText } from "./RichText";

interface Props {
  run: LessonRun;
  lesson: AnyLessonTexts;
}

/** The question before trying. Whether the guess was right is left to the trying. */
export function Prediction({ run, lesson }: Props) {
  const t = lessonsTexts.current;
  const { guess } = progressIn(progress.value, run.lesson);
  const label = guess === undefined ? undefined : lesson.prediction.choices[guess]?.label;
  return (
    <section class="lesson-part" aria-labelledby="lesson-predict">
      <h2 id="lesson-predict">{t.predict}</h2>
      <p>
        <RichText>{lesson.prediction.question}</RichText>
      </p>
      {label === undefined ? <Choices run={run} lesson={lesson} /> : <Guessed run={run} label={label} />}
    </section>
  );
}

function Choices({ run, lesson }: Props) {
  const t = lessonsTexts.current;
  const name = useId();
  const [chosen, setChosen] = useState<string>();
  const commit = (event: Event): void => {
    event.preventDefault();
    if (chosen === undefined) return;
    run.guess(chosen);
    focusSoon("lesson-try");
  };
  return (
    <form class="lesson-choices" onSubmit={commit}>
      <fieldset>
        <legend class="visually-hidden">{t.predict}</legend>
        {run.lesson.prediction.choices.map((choice) => (
          <label key={choice} class="lesson-choice">
            <input
              type="radio"
              name={name}
              value={choice}
              required
              checked={choice === chosen}
              onChange={() => setChosen(choice)}
            />
            <span>
              <RichText>{lesson.prediction.choices[choice]?.label ?? ""}</RichText>
            </span>
          </label>
        ))}
      </fieldset>
      <button type="submit" class="primary">
        {t.commit}
      </button>
    </form>
  );
}

function Guessed({ run, label }: { run: LessonRun; label: string }) {
  const t = lessonsTexts.current;
  const again = (): void => {
    run.guess(undefined);
    focusSoon("lesson-predict");
  };
  return (
    <div class="lesson-guessed">
      <p>
        <RichText>{t.predicted(label)}</RichText> <span class="soft">{t.laterMore}</span>
      </p>
      <button type="button" class="plain" onClick={again}>
        {t.guessAgain}
      </button>
    </div>
  );
}

/** Moves the focus to a heading that the next rendering brings. */
function focusSoon(id: string): void {
  window.requestAnimationFrame(() => {
    const heading = document.getElementById(id);
    heading?.setAttribute("tabindex", "-1");
    heading?.focus();
  });
}
