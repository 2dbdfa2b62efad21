// A student in front of a lesson: does with the controls of the page what inputs say.

import { expect, type Locator, type Page } from "@playwright/test";
import type { Input } from "chatting-time-wasm";

import { LESSONS, type LessonName } from "../src/lessons";
import type { Lesson, Play } from "../src/lessons/lesson";
import shell from "../src/texts/en";
import en from "../src/texts/lessons/en";
import type { AnyLessonTexts } from "../src/texts/lessons/shape";
import { open } from "./fixtures.ts";
import { LessonInEngine } from "./lesson-in-engine.ts";

export class LessonOnPage {
  readonly lesson: Lesson;
  readonly texts: AnyLessonTexts;
  /** The same in the engine: it knows the tokens. */
  #engine: LessonInEngine;

  constructor(
    readonly page: Page,
    readonly name: LessonName,
  ) {
    this.lesson = LESSONS[name];
    this.texts = en.lessons[name];
    this.#engine = new LessonInEngine(this.lesson);
  }

  async open(): Promise<void> {
    await open(this.page, `#/lessons/${this.lesson.id}`);
    await expect(this.page.getByRole("heading", { level: 1 })).toHaveText(this.texts.title);
  }

  async guess(choice: string): Promise<void> {
    await this.page.locator(`.lesson-choice input[value="${choice}"]`).check();
    await this.page.getByRole("button", { name: en.commit }).click();
    await expect(this.page.getByRole("heading", { name: en.try })).toBeFocused();
  }

  /** Does the tasks from the one with that number on. */
  async solve(from = 0): Promise<void> {
    for (const [task, { solution }] of Object.entries(this.lesson.tasks).slice(from)) {
      await this.play(task, solution);
      await expect(this.task(task)).toHaveAttribute("data-state", "done");
      this.#engine.beginTask();
    }
  }

  async play(task: string, plays: readonly Play[]): Promise<void> {
    const actions = this.lesson.tasks[task]?.actions ?? {};
    for (let at = 0; at < plays.length; ) {
      const action = Object.keys(actions).find((name) =>
        actions[name]?.every((play, next) => isSame(play, plays[at + next])),
      );
      const done = this.#engine.play(plays.slice(at, at + (actions[action ?? ""]?.length ?? 1)));
      const name = this.texts.tasks[task]?.actions?.[action ?? ""];
      if (name) await this.task(task).getByRole("button", { name }).click();
      else for (const input of done) await this.#do(input);
      at += done.length;
    }
  }

  async restartScene(): Promise<void> {
    await this.page.getByRole("button", { name: en.sceneAgain }).click();
    this.#engine = new LessonInEngine(this.lesson);
  }

  task(task: string): Locator {
    return this.page.locator(".lesson-task").nth(Object.keys(this.lesson.tasks).indexOf(task));
  }

  card(client: number): Locator {
    return this.page.locator(`.client-card.client-${client}`);
  }

  /** A text of the lessons as it reads on the page. */
  static plain(text: string): string {
    return text.replace(/[`*]|\[([^\]]+)\]\(\w+\)/g, "$1");
  }

  async #do(input: Input): Promise<void> {
    const t = shell.client;
    switch (input.kind) {
      case "enter": {
        const card = this.card(input.client);
        await card.getByText(t.modes.terminal, { exact: true }).click();
        await card.locator("input[data-client-input]").fill(input.line);
        await card.locator("input[data-client-input]").press("Enter");
        return;
      }
      case "type": {
        const card = this.card(input.client);
        await card.getByText(t.modes.raw, { exact: true }).click();
        await card.locator("textarea").fill(input.bytes);
        await card.getByLabel(t.terminator).selectOption("");
        await card.locator("textarea").press("Enter");
        return;
      }
      case "connect":
        return this.#press(input.client, t.connect);
      case "close":
        return this.#press(input.client, t.close);
      case "setReader":
        await this.#unfold(input.client);
        await this.card(input.client).getByLabel(t.reader).selectOption(input.reader);
        return;
      default:
        throw new Error(`no client card has a control for ${input.kind}, and this task no button`);
    }
  }

  async #press(client: number, name: string): Promise<void> {
    await this.#unfold(client);
    await this.card(client).getByRole("button", { name, exact: true }).click();
  }

  async #unfold(client: number): Promise<void> {
    const details = this.card(client).locator("details");
    if ((await details.getAttribute("open")) === null) await details.locator("summary").click();
  }
}

function isSame(one: Play, other: Play | undefined): boolean {
  return typeof one === "function" ? one === other : JSON.stringify(one) === JSON.stringify(other);
}
