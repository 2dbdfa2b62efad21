import { href } from "../../app/router";
import { LESSON_NAMES, LESSONS } from "../../lessons";
import { isFinished, progressIn } from "../../lessons/progress";
import { lessonsTexts } from "../../texts/lessons";
import type { AnyLessonTexts } from "../../texts/lessons/shape";
import { Announcements } from "./Announcements";
import { Explanation } from "./Explanation";
import { progress } from "./kept-progress";
import type { LessonRun } from "./lesson-run";
import { Neighbours } from "./Neighbours";
import { Prediction } from "./Prediction";
import { RichText } from "./RichText";
import { StartAgain } from "./StartAgain";
import { Tasks } from "./Tasks";

/** The column of text. What comes later in a lesson opens when what comes before it is done. */
export function LessonText({ run }: { run: LessonRun }) {
  const t = lessonsTexts.current;
  const lesson: AnyLessonTexts = t.lessons[run.name];
  const hasGuessed = progressIn(progress.value, run.lesson).guess !== undefined;
  const finished = isFinished(progress.value, run.lesson);
  return (
    <article class="lesson-text" id="lesson-text" tabIndex={-1} aria-labelledby="lesson-title">
      <header class="lesson-head">
        <p class="soft">
          <a href={href("lessons")}>{t.allLessons}</a> ·{" "}
          {t.number(LESSON_NAMES.indexOf(run.name) + 1, Object.keys(LESSONS).length)}
        </p>
        <h1 id="lesson-title">{lesson.title}</h1>
        <p class="lesson-goal">
          <RichText>{lesson.goal}</RichText>
        </p>
      </header>
      <Prediction run={run} lesson={lesson} />
      {hasGuessed && <Tasks run={run} lesson={lesson} />}
      {finished && <Explanation run={run} lesson={lesson} />}
      <Announcements run={run} lesson={lesson} />
      <footer class="lesson-foot">
        <Neighbours run={run} />
        <StartAgain run={run} />
      </footer>
    </article>
  );
}
