import { Icon } from "../../components/icons";
import { progressIn } from "../../lessons/progress";
import { lessonsTexts } from "../../texts/lessons";
import type { AnyLessonTexts, AnyTaskTexts } from "../../texts/lessons/shape";
import { FeedbackText } from "./FeedbackText";
import { Hints } from "./Hints";
import { progress } from "./kept-progress";
import type { LessonRun } from "./lesson-run";
import { RichText } from "./RichText";

interface Props {
  run: LessonRun;
  lesson: AnyLessonTexts;
}

/** What is to be tried. One task is at hand; those behind it can be read already. */
export function Tasks({ run, lesson }: Props) {
  const t = lessonsTexts.current;
  const tasks = Object.entries(lesson.tasks);
  return (
    <section class="lesson-part" aria-labelledby="lesson-try">
      <h2 id="lesson-try">{t.try}</h2>
      <ol class="lesson-tasks">
        {tasks.map(([id, task], index) => (
          <TaskItem key={id} run={run} id={id} task={task} title={t.taskNumber(index + 1, tasks.length)} />
        ))}
      </ol>
    </section>
  );
}

function TaskItem({ run, id, task, title }: { run: LessonRun; id: string; task: AnyTaskTexts; title: string }) {
  const t = lessonsTexts.current;
  const isDone = progressIn(progress.value, run.lesson).done.includes(id);
  const isAtHand = run.task.value === id;
  const state = isDone ? t.taskDone : isAtHand ? t.taskNow : t.taskLater;
  return (
    <li
      class="lesson-task"
      data-state={isDone ? "done" : isAtHand ? "now" : "later"}
      aria-current={isAtHand ? "step" : undefined}
    >
      <h3>
        {title}{" "}
        <span class="lesson-task-state">
          {isDone && <Icon name="done" />} {state}
        </span>
      </h3>
      <p>
        <RichText run={run}>{task.ask}</RichText>
      </p>
      {isDone && (
        <p class="lesson-done">
          <RichText run={run}>{task.done}</RichText>
        </p>
      )}
      {isAtHand && (
        <>
          <Actions run={run} task={task} />
          <FeedbackText run={run} task={task} />
          <Hints key={id} run={run} hints={task.hints} />
        </>
      )}
    </li>
  );
}

function Actions({ run, task }: { run: LessonRun; task: AnyTaskTexts }) {
  if (!task.actions) return null;
  return (
    <div class="lessons-actions">
      {Object.entries(task.actions).map(([action, label]) => (
        <button key={action} type="button" onClick={() => run.act(action)}>
          {label}
        </button>
      ))}
    </div>
  );
}
