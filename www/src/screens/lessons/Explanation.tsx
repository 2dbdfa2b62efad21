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

/** What was seen, with links to where it can be seen, what became of the guess, and what it means for one's own client. */
export function Explanation({ run, lesson }: Props) {
  const t = lessonsTexts.current;
  return (
    <>
      <section class="lesson-part" aria-labelledby="lesson-explain">
        <h2 id="lesson-explain">{t.explain}</h2>
        {lesson.explanation.map((paragraph) => (
          <p key={paragraph}>
            <RichText run={run}>{paragraph}</RichText>
          </p>
        ))}
      </section>
      <Verdict run={run} lesson={lesson} />
      <section class="lesson-part" aria-labelledby="lesson-own">
        <h2 id="lesson-own">{t.ownClient}</h2>
        {lesson.ownClient.map((paragraph) => (
          <p key={paragraph}>
            <RichText>{paragraph}</RichText>
          </p>
        ))}
      </section>
    </>
  );
}

function Verdict({ run, lesson }: Props) {
  const t = lessonsTexts.current;
  const { choices, right } = run.lesson.prediction;
  const { guess } = progressIn(progress.value, run.lesson);
  return (
    <section class="lesson-part" aria-labelledby="lesson-verdict">
      <h2 id="lesson-verdict">{t.yourGuess}</h2>
      <p>
        <strong>{guess === right ? t.guessRight : t.guessWrong}</strong>
      </p>
      <ul class="lesson-verdict">
        {choices.map((choice) => (
          <li key={choice} data-right={choice === right || undefined}>
            <p>
              <RichText>{lesson.prediction.choices[choice]?.label ?? ""}</RichText>
              {choice === right && <span class="lesson-mark lesson-mark-right">{t.true}</span>}
              {choice === guess && <span class="lesson-mark">{t.youGuessed}</span>}
            </p>
            <p class="lesson-why">
              <RichText>{lesson.prediction.choices[choice]?.why ?? ""}</RichText>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
