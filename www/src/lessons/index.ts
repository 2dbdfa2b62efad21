// The lessons, in the order in which they are taken. A further one is a file like those beside it, a line here, and its
// texts in every language.

import { endOfReply } from "./end-of-reply";
import { firstRequest } from "./first-request";
import type { Lesson } from "./lesson";
import { logout } from "./logout";
import { mailbox } from "./mailbox";
import { online } from "./online";
import { pieces } from "./pieces";
import { pipelining } from "./pipelining";
import { sessions } from "./sessions";
import { stolenToken } from "./stolen-token";
import { stream } from "./stream";

export const LESSONS = {
  firstRequest,
  endOfReply,
  stream,
  pieces,
  sessions,
  logout,
  mailbox,
  online,
  pipelining,
  stolenToken,
} as const satisfies Readonly<Record<string, Lesson>>;

export type LessonName = keyof typeof LESSONS;

export const LESSON_NAMES = Object.keys(LESSONS) as LessonName[];

export function lessonNamed(id: string): LessonName | undefined {
  return LESSON_NAMES.find((name) => LESSONS[name].id === id);
}
