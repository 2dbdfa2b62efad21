import { href } from "../../app/router";
import { Icon } from "../../components/icons";
import { LESSON_NAMES, LESSONS, type LessonName } from "../../lessons";
import { isFinished } from "../../lessons/progress";
import { lessonsTexts } from "../../texts/lessons";
import { progress } from "./kept-progress";
import type { LessonRun } from "./lesson-run";

/** The lesson before and the one behind. */
export function Neighbours({ run }: { run: LessonRun }) {
  const t = lessonsTexts.current;
  const at = LESSON_NAMES.indexOf(run.name);
  const previous = LESSON_NAMES[at - 1];
  const next = LESSON_NAMES[at + 1];
  const finished = isFinished(progress.value, run.lesson);
  return (
    <nav class="lesson-neighbours" aria-label={t.allLessons}>
      {previous && (
        <a href={address(previous)} rel="prev">
          <span class="soft">
            <Icon name="toClient" /> {t.previousLesson}
          </span>
          {t.lessons[previous].title}
        </a>
      )}
      {next ? (
        <a href={address(next)} rel="next" class="lesson-next" data-now={finished || undefined}>
          <span class="soft">
            {t.nextLesson} <Icon name="toServer" />
          </span>
          {t.lessons[next].title}
        </a>
      ) : (
        finished && (
          <p>
            {t.lastLesson} <a href={href("lab")}>{t.toLab}</a>
          </p>
        )
      )}
    </nav>
  );
}

function address(name: LessonName): string {
  return href("lessons", LESSONS[name].id);
}
