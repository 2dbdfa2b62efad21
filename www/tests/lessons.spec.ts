// The Lessons screen as a student uses it.

import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { LESSON_NAMES, LESSONS } from "../src/lessons";
import type { Lesson } from "../src/lessons/lesson";
import shell from "../src/texts/en";
import en from "../src/texts/lessons/en";
import idTexts from "../src/texts/lessons/id";
import { expect, expectAccessible, open, test } from "./fixtures.ts";
import { tabTo } from "./keyboard.ts";
import { expectNoSidewaysScrolling } from "./lab-actions.ts";
import { COMMON_EXAMPLES } from "./lesson-in-engine.ts";
import { LessonOnPage } from "./lesson-on-page.ts";

for (const name of LESSON_NAMES) {
  const lesson: Lesson = LESSONS[name];
  const { right, choices } = lesson.prediction;

  test(`${lesson.id}: right from start to finish`, async ({ page }) => {
    const student = new LessonOnPage(page, name);
    await student.open();
    await student.guess(right);
    await student.solve();

    await expect(page.getByRole("heading", { name: en.explain })).toBeVisible();
    await expect(page.getByText(en.guessRight)).toBeVisible();
    await expect(page.getByRole("heading", { name: en.ownClient })).toBeVisible();
    for (const [choice, { why }] of Object.entries(student.texts.prediction.choices)) {
      await expect(page.locator(".lesson-why").nth(choices.indexOf(choice))).toHaveText(LessonOnPage.plain(why));
    }
    const evidence = page.locator(".lesson-evidence");
    await expect(evidence).not.toHaveCount(0);
    for (const link of await evidence.all()) {
      await link.click();
      await expect(link).toHaveAttribute("aria-current", "true");
    }
    await open(page, "#/lessons");
    await expect(page.locator(".lessons-step").nth(LESSON_NAMES.indexOf(name))).toContainText(en.path.finished);
  });

  test(`${lesson.id}: a wrong guess, a mistake and all hints, then right`, async ({ page }) => {
    const student = new LessonOnPage(page, name);
    const wrong = choices.find((choice) => choice !== right) ?? "";
    const [first = "", task] = Object.entries(lesson.tasks)[0] ?? [];
    await student.open();
    await student.guess(wrong);

    const feedback = student.task(first).locator(".lesson-feedback");
    await expect(feedback).toHaveCount(0);
    const [own] = Object.entries(task?.mistakes ?? {});
    const common = task?.commonMistakes?.[0];
    if (own) {
      await student.play(first, own[1].example);
      await expect(feedback).toHaveText(LessonOnPage.plain(student.texts.tasks[first]?.mistakes?.[own[0]] ?? ""));
    } else if (common) {
      await student.play(first, COMMON_EXAMPLES[common]);
      await expect(feedback).toHaveText(LessonOnPage.plain(en.commonMistakes[common]));
    }
    await expect(student.task(first)).toHaveAttribute("data-state", "now");

    const hints = student.task(first).locator(".lesson-hints");
    for (const shown of [1, 2, 3]) {
      await hints.getByRole("button").click();
      await expect(hints.getByRole("listitem")).toHaveCount(shown);
    }
    await expect(hints.getByRole("button")).toHaveCount(0);

    await student.restartScene();
    await expect(feedback).toHaveCount(0);
    await student.solve();
    await expect(page.getByText(en.guessWrong)).toBeVisible();
  });
}

test("until there is a guess the cards take nothing", async ({ page }) => {
  const student = new LessonOnPage(page, "firstRequest");
  await student.open();
  await expect(page.getByText(en.predictFirst)).toBeVisible();
  await expect(page.locator(".lesson-cards")).toHaveAttribute("inert", "");
  await student.guess("silence");
  await expect(page.locator(".lesson-cards")).not.toHaveAttribute("inert");
  await page.getByRole("button", { name: en.guessAgain }).click();
  await expect(page.getByRole("heading", { name: en.predict })).toBeFocused();
  await student.guess("refusal");
});

test("results of checks are said to a screen reader", async ({ page }) => {
  const student = new LessonOnPage(page, "firstRequest");
  await student.open();
  await student.guess("refusal");
  const said = page.locator(".lesson-text > [role=status]");
  await student.play("help", [{ kind: "enter", client: 0, line: "halp" }]);
  await expect(said).toHaveText(LessonOnPage.plain(en.commonMistakes.unknownCommand));
  await student.play("help", [{ kind: "enter", client: 0, line: "help" }]);
  await expect(said).toContainText(student.texts.tasks.help?.done ?? "");
});

test("a lesson can be left and gone on with", async ({ page }) => {
  const student = new LessonOnPage(page, "firstRequest");
  await student.open();
  await student.guess("refusal");
  await student.play("help", [{ kind: "enter", client: 0, line: "help" }]);
  await expect(student.task("help")).toHaveAttribute("data-state", "done");
  await page.getByRole("link", { name: en.allLessons }).click();
  await expect(page.locator(".lessons-step").first()).toContainText(en.path.begun(1, 3));
  await page.reload();
  await page.getByRole("link", { name: student.texts.title }).click();
  await expect(student.task("help")).toHaveAttribute("data-state", "done");
  await expect(student.card(0).getByRole("log")).toContainText("help");
  await student.solve(1);
  await expect(page.getByText(en.guessRight)).toBeVisible();
});

test("evidence that lies in the future or on another branch is gone to", async ({ page }) => {
  const student = new LessonOnPage(page, "firstRequest");
  await student.open();
  await student.guess("refusal");
  await student.solve();
  await page.getByRole("button", { name: shell.timeline.toStart }).click();
  const link = page.locator(".lesson-evidence").first();
  await link.click();
  await expect(link).toHaveAttribute("aria-current", "true");
  await expect(student.card(0).getByRole("log")).toContainText("hello");
});

test("a scene that was started again can be had back", async ({ page }) => {
  const student = new LessonOnPage(page, "firstRequest");
  await student.open();
  await student.guess("refusal");
  await student.play("help", [{ kind: "enter", client: 0, line: "help" }]);
  await student.restartScene();
  await expect(page.getByText(en.sceneStarted)).toBeVisible();
  await expect(student.card(0).getByRole("log")).toContainText(shell.client.nothingYet);
  await page.getByRole("button", { name: en.undo, exact: true }).click();
  await expect(student.card(0).getByRole("log")).toContainText("help");
  await expect(page.getByText(en.sceneStarted)).toHaveCount(0);
  await expect(student.task("help")).toHaveAttribute("data-state", "done");
});

test("stepping back into the middle of a reply shows the receive buffer", async ({ page }) => {
  const student = new LessonOnPage(page, "endOfReply");
  const { naive, framed } = LESSONS.endOfReply.tasks;
  await student.open();
  await student.guess("part");
  await student.play("naive", naive.solution);
  await student.play("framed", framed.solution);
  await expect(student.task("framed")).toHaveAttribute("data-state", "done");
  await page.getByRole("button", { name: shell.timeline.stepBack }).click();
  await expect(student.task("buffer")).toHaveAttribute("data-state", "done");
});

test("a scene goes to the Lab, and the Lab's own comes back", async ({ page }) => {
  await open(page, "#/lab");
  await page.locator('[data-client-input="1"]').fill("auth lineker surabaya");
  await page.locator('[data-client-input="1"]').press("Enter");
  const student = new LessonOnPage(page, "logout");
  await student.open();
  await page.getByRole("button", { name: en.openInLab }).click();
  await expect(page).toHaveURL(/#\/lab$/);
  await expect(page.getByRole("heading", { name: "messi-2" })).toBeVisible();
  await page.getByRole("button", { name: en.undo, exact: true }).click();
  await expect(page.getByRole("heading", { name: "lineker" })).toBeVisible();
  await expect(page.locator(".client-card.client-1").getByRole("log")).toContainText("auth lineker surabaya");
});

test("a lesson starts again only when that is confirmed", async ({ page }) => {
  const student = new LessonOnPage(page, "firstRequest");
  await student.open();
  await student.guess("refusal");
  await student.play("help", [{ kind: "enter", client: 0, line: "help" }]);
  await page.getByRole("button", { name: en.startAgain.one }).click();
  await page.getByRole("dialog").getByRole("button", { name: shell.cancel }).click();
  await expect(student.task("help")).toHaveAttribute("data-state", "done");
  await page.getByRole("button", { name: en.startAgain.one }).click();
  await page.getByRole("dialog").getByRole("button", { name: en.startAgain.confirm }).click();
  await expect(page.getByRole("button", { name: en.commit })).toBeVisible();
  await expect(student.card(0).getByRole("log")).toContainText(shell.client.nothingYet);
});

test("progress goes into a file and comes back out of it, and all starts again only when confirmed", async ({
  page,
}) => {
  const student = new LessonOnPage(page, "firstRequest");
  await student.open();
  await student.guess("refusal");
  await student.solve();
  await page.getByRole("link", { name: en.allLessons }).click();
  const finished = page.getByText(en.path.progress(1, LESSON_NAMES.length));
  await expect(finished).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: en.progress.export }).click(),
  ]);
  const file = await download.path();
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual({
    format: "chatting-time/lessons",
    version: 1,
    lessons: { "first-request": { guess: "refusal", done: ["help", "unknown", "login"] } },
  });
  await page.getByRole("button", { name: en.startAgain.all }).click();
  await page.getByRole("dialog").getByRole("button", { name: en.startAgain.confirm }).click();
  await expect(page.getByText(en.path.progress(0, LESSON_NAMES.length))).toBeVisible();
  await page.locator("input[type=file]").setInputFiles(file);
  await expect(finished).toBeVisible();
  await expect(page.getByText(en.progress.imported(1))).toBeVisible();
  await page.reload();
  await expect(finished).toBeVisible();
});

const HALF_DONE = { "first-request": { guess: "refusal", done: ["help"] } };

test("a bad file of progress is refused with a sentence, and nothing is lost", async ({ page }) => {
  const t = en.progress.problems;
  await keepProgress(page, HALF_DONE);
  await open(page, "#/lessons");
  for (const [contents, sentence] of [
    ["hello", t.noProgress],
    [file({ version: 2 }), t.newer],
    ['{"version": 1, "lessons": {}}', t.noProgress],
    [file({ version: "1" }), t.damaged],
    [" ".repeat(2 * 1024 * 1024), t.tooLarge],
    [file({ lessons: [] }), t.damaged],
    ["[]", t.noProgress],
    [file({ lessons: { "first-request": 3 } }), t.damaged],
    ["", t.noProgress],
    [file({ lessons: { "first-request": { done: [1] } } }), t.damaged],
    ["null", t.noProgress],
    [file({ lessons: { "first-request": { guess: {}, done: [] } } }), t.damaged],
  ] as const) {
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "progress.json", mimeType: "application/json", buffer: Buffer.from(contents) });
    await expect(page.getByText(sentence)).toBeVisible();
    await expect(page.locator(".lessons-step").first()).toContainText(en.path.begun(1, 3));
  }
});

test("a file adds to what is done and takes nothing away", async ({ page }) => {
  await keepProgress(page, HALF_DONE);
  await open(page, "#/lessons");
  const lessons = {
    "first-request": { guess: "silence", done: ["unknown", "no-such-task"] },
    stream: { guess: "no-such-choice", done: ["begin"] },
    "no-such-lesson": { done: ["all"] },
  };
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "progress.json", mimeType: "application/json", buffer: Buffer.from(file({ lessons })) });
  await expect(page.locator(".lessons-step").nth(0)).toContainText(en.path.begun(2, 3));
  await expect(page.locator(".lessons-step").nth(2)).toContainText(en.path.begun(1, 3));
  await page.getByRole("link", { name: en.lessons.firstRequest.title }).click();
  await expect(page.locator(".lesson-guessed")).toContainText(en.lessons.firstRequest.prediction.choices.refusal.label);
});

test("kept progress and a kept scene that are damaged do no harm", async ({ page }) => {
  await page.addInitScript(() => {
    localStorage.setItem("chatting-time/lessons", "{");
    localStorage.setItem(
      "chatting-time/lesson/first-request",
      '{"scenario": {"version": 9}, "start": 0, "taskStart": 0}',
    );
  });
  const student = new LessonOnPage(page, "firstRequest");
  await student.open();
  await expect(page.getByText(en.sceneNotKept)).toBeVisible();
  await student.guess("refusal");
  await student.solve();
});

test("where nothing may be kept that is said once, and the lesson goes on", async ({ page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("refused", "QuotaExceededError");
    };
  });
  const student = new LessonOnPage(page, "firstRequest");
  await student.open();
  await student.guess("refusal");
  await expect(page.getByText(en.progress.notKept)).toBeVisible();
  await page.locator(".status").getByRole("button", { name: shell.close }).click();
  await student.solve();
  await expect(page.getByText(en.guessRight)).toBeVisible();
  await expect(page.getByText(en.progress.notKept)).toHaveCount(0);
});

test("a lesson is done with the keyboard alone", async ({ page }) => {
  await open(page, "#/lessons");
  const title = page.getByRole("link", { name: en.lessons.firstRequest.title });
  await tabTo(page, title);
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("radio").first());
  await page.keyboard.press("ArrowDown");
  await tabTo(page, page.getByRole("button", { name: en.commit }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: en.try })).toBeFocused();
  await tabTo(page, page.getByRole("button", { name: en.hint(0) }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.locator('[data-client-input="0"]'));
  for (const line of ["help", "hello", "auth messi surabaya"]) {
    await page.keyboard.type(line);
    await page.keyboard.press("Enter");
  }
  await expect(page.getByText(en.guessRight)).toBeVisible();
  const evidence = page.locator(".lesson-evidence").first();
  await tabTo(page, evidence, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(evidence).toHaveAttribute("aria-current", "true");
  await tabTo(page, page.getByRole("link", { name: en.lessons.endOfReply.title }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(en.lessons.endOfReply.title);
});

test("where there is little room, the task stands at the simulation, and buttons lead to and fro", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 640 });
  const student = new LessonOnPage(page, "firstRequest");
  await student.open();
  await student.guess("refusal");
  await page.getByRole("button", { name: en.toSimulation }).click();
  await expect(page.locator("#lesson-simulation")).toBeFocused();
  await expect(page.locator(".lesson-current")).toBeInViewport();
  await expect(page.locator(".lesson-current")).toContainText(LessonOnPage.plain(student.texts.tasks.help?.ask ?? ""));
  await page.getByRole("button", { name: en.toText }).click();
  await expect(page.locator("#lesson-text")).toBeFocused();
  await expect(page.getByRole("heading", { level: 1 })).toBeInViewport();
});

for (const [language, texts] of [
  ["en", en],
  ["id", idTexts],
] as const) {
  test.describe(language, () => {
    test.use({ locale: language });

    test("the list shows no marks of its texts' source", async ({ page }) => {
      await open(page, "#/lessons");
      await expect(page.locator(".lessons-step-text")).toHaveCount(LESSON_NAMES.length);
      await expect(page.locator(".lessons-path")).not.toHaveText(/[*`]/);
    });

    test("nothing is wider than 320 px", async ({ page }) => {
      await page.setViewportSize({ width: 320, height: 640 });
      await keepProgress(page, everythingDone());
      await open(page, "#/lessons");
      await expectNoSidewaysScrolling(page);
      for (const name of LESSON_NAMES) {
        await open(page, `#/lessons/${LESSONS[name].id}`);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(texts.lessons[name].title);
        await expect(page.getByRole("heading", { name: texts.ownClient })).toBeVisible();
        await expectNoSidewaysScrolling(page);
      }
    });

    test("axe finds nothing in the list, at the beginning of a lesson, in it, and at its end", async ({ page }) => {
      await open(page, "#/lessons");
      await expectAccessible(page);
      await open(page, "#/lessons/mailbox");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(texts.lessons.mailbox.title);
      await expectAccessible(page);
      await page.locator(".lesson-choice input").first().check();
      await page.getByRole("button", { name: texts.commit }).click();
      await page.locator('[data-client-input="0"]').fill("inbox");
      await page.locator('[data-client-input="0"]').press("Enter");
      await expect(page.locator(".lesson-text .lesson-feedback")).toBeVisible();
      await page.locator(".lesson-hints button").click();
      await expectAccessible(page);
      await keepProgress(page, everythingDone());
      await page.reload();
      await expect(page.getByRole("heading", { name: texts.ownClient })).toBeVisible();
      await expectAccessible(page);
    });
  });
}

test("an address of no lesson leads to the list", async ({ page }) => {
  await open(page, "#/lessons/no-such-lesson");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(en.unknownLesson.title);
  await page.getByRole("link", { name: en.allLessons }).click();
  await expect(page.locator(".lessons-step")).toHaveCount(LESSON_NAMES.length);
});

test("the Lab comes without the lessons", async ({ page }) => {
  const scripts: string[] = [];
  page.on("response", (response) => {
    if (!response.fromServiceWorker() && response.frame() === page.mainFrame()) scripts.push(response.url());
  });
  await open(page, "#/lab");
  expect(scripts.filter((address) => /\/assets\/lessons-/.test(address))).toEqual([]);
  await page.getByRole("link", { name: en.title }).click();
  await expect(page.locator(".lessons-step")).toHaveCount(LESSON_NAMES.length);
});

/** A file of progress, sound but for these parts. */
function file(parts: object): string {
  return JSON.stringify({ format: "chatting-time/lessons", version: 1, lessons: {}, ...parts });
}

async function keepProgress(page: Page, lessons: object): Promise<void> {
  await page.addInitScript((text) => localStorage.setItem("chatting-time/lessons", text), file({ lessons }));
}

function everythingDone(): object {
  const lessons = LESSON_NAMES.map((name): Lesson => LESSONS[name]);
  return Object.fromEntries(
    lessons.map(({ id, prediction, tasks }) => [id, { guess: prediction.right, done: Object.keys(tasks) }]),
  );
}
