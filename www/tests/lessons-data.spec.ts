// Every lesson, played in the engine without a page: what is checked of it holds exactly when it should.

import { expect, test } from "@playwright/test";

import { LESSON_NAMES, LESSONS } from "../src/lessons";
import { COMMON_MISTAKES } from "../src/lessons/common-mistakes";
import type { Lesson } from "../src/lessons/lesson";
import en from "../src/texts/lessons/en";
import id from "../src/texts/lessons/id";
import type { AnyLessonTexts } from "../src/texts/lessons/shape";
import { COMMON_EXAMPLES, LessonInEngine, recognised } from "./lesson-in-engine.ts";

const TEXTS = { en, id };

for (const name of LESSON_NAMES) {
  const lesson: Lesson = LESSONS[name];
  const tasks = Object.entries(lesson.tasks);

  test.describe(lesson.id, () => {
    test("its model solution does the tasks one after the other, each not before its turn", () => {
      const run = new LessonInEngine(lesson);
      for (const [task, { done, solution }] of tasks) {
        expect(done(run.scene()), `${task} is not done at its start`).toBe(false);
        run.play(solution);
        expect(done(run.scene()), `${task} is done after its solution`).toBe(true);
        run.beginTask();
      }
      expect(lesson.prediction.observed(run.scene())).toBe(lesson.prediction.right);
    });

    test("the trace holds all the evidence once the tasks are done, and the texts point at nothing else", () => {
      const run = new LessonInEngine(lesson);
      for (const [, { solution }] of tasks) {
        run.play(solution);
        run.beginTask();
      }
      const scene = run.scene();
      const evidence = lesson.evidence(scene);
      const values = lesson.values?.(scene) ?? {};
      for (const [piece, number] of Object.entries(evidence)) {
        expect(number, `${piece} is found`).toBeDefined();
        expect(number, `${piece} is of the student's doing`).toBeGreaterThanOrEqual(scene.start);
      }
      for (const [language, texts] of Object.entries(TEXTS)) {
        const all = allTexts(texts.lessons[name]);
        const links = new Set(all.flatMap((text) => [...text.matchAll(/\]\((\w+)\)/g)].map((match) => match[1])));
        expect([...links].sort(), `links in ${language}`).toEqual(Object.keys(evidence).sort());
        const shown = all.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ""));
        for (const value of shown) expect(values[value], `{${value}} in ${language}`).toBeDefined();
      }
    });

    test("nothing is called a mistake before something was tried", () => {
      for (const [at, [task]] of tasks.entries()) {
        expect(recognised(lesson, task, reach(lesson, at).scene()), task).toBeUndefined();
      }
    });

    test("each of its mistakes is recognised and does not count as done", () => {
      for (const [at, [task, { mistakes, done }]] of tasks.entries()) {
        for (const [mistake, { example }] of Object.entries(mistakes ?? {})) {
          const run = reach(lesson, at);
          run.play(example);
          expect(done(run.scene()), `${task} is not done by ${mistake}`).toBe(false);
          expect(recognised(lesson, task, run.scene()), task).toBe(mistake);
        }
      }
    });

    test("mistakes that many tasks share are answered", () => {
      for (const [at, [task, { commonMistakes, done }]] of tasks.entries()) {
        for (const mistake of commonMistakes ?? []) {
          const run = reach(lesson, at);
          run.play(COMMON_EXAMPLES[mistake]);
          expect(done(run.scene()), `${task} is not done by ${mistake}`).toBe(false);
          expect(COMMON_MISTAKES[mistake](run.scene()), `${mistake} in ${task}`).toBe(true);
          expect(recognised(lesson, task, run.scene()), `an answer to ${mistake} in ${task}`).toBeDefined();
        }
      }
    });
  });
}

test("a lesson's id is used once", () => {
  const ids = LESSON_NAMES.map((name) => LESSONS[name].id);
  expect(new Set(ids).size).toBe(ids.length);
});

/** The lesson at the beginning of a task, with those before it done. */
function reach(lesson: Lesson, task: number): LessonInEngine {
  const run = new LessonInEngine(lesson);
  for (const { solution } of Object.values(lesson.tasks).slice(0, task)) {
    run.play(solution);
    run.beginTask();
  }
  return run;
}

function allTexts(lesson: AnyLessonTexts): string[] {
  const tasks = Object.values(lesson.tasks).flatMap(({ ask, done, hints, mistakes }) => [
    ask,
    done,
    ...hints,
    ...Object.values(mistakes ?? {}),
  ]);
  const choices = Object.values(lesson.prediction.choices).flatMap(({ label, why }) => [label, why]);
  return [lesson.goal, lesson.prediction.question, ...choices, ...tasks, ...lesson.explanation, ...lesson.ownClient];
}
