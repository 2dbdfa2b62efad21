// The English texts of the Lessons screen. Their shape is the type of every other language's.

import { endOfReply } from "./en/end-of-reply";
import { firstRequest } from "./en/first-request";
import { logout } from "./en/logout";
import { mailbox } from "./en/mailbox";
import { online } from "./en/online";
import { pieces } from "./en/pieces";
import { pipelining } from "./en/pipelining";
import { sessions } from "./en/sessions";
import { stolenToken } from "./en/stolen-token";
import { stream } from "./en/stream";
import type { CommonMistakesTexts, LessonsTexts } from "./shape";

const en = {
  title: "Lessons",
  introduction:
    "Each lesson takes five to ten minutes: guess what will happen, try it on the simulation, and look at what you saw. What you do here stays in this browser.",
  path: {
    label: "The lessons in order",
    notBegun: "not begun",
    begun: (done: number, tasks: number) => `${done} of ${tasks} tasks done`,
    finished: "finished",
    next: "Go on here",
    progress: (finished: number, lessons: number) => `${finished} of ${lessons} lessons finished`,
  },
  unknownLesson: {
    title: "There is no such lesson",
    text: "The address names a lesson that does not exist here.",
  },
  allLessons: "All lessons",
  number: (number: number, lessons: number) => `Lesson ${number} of ${lessons}`,
  predict: "Predict",
  predictFirst: "Make your prediction first. After that it is your turn here.",
  commit: "This is my guess",
  predicted: (label: string) => `You guessed: ${label}`,
  guessAgain: "Guess again",
  laterMore: "Whether it is true you will see for yourself.",
  try: "Try",
  taskNumber: (number: number, tasks: number) => `Task ${number} of ${tasks}`,
  taskDone: "Done",
  taskNow: "To do",
  taskLater: "Later",
  hint: (shown: number): string => (shown === 0 ? "Give me a hint" : "Another hint"),
  hintNumber: (number: number) => `Hint ${number}`,
  underWay: "Bytes are still under way. Go on in the timeline to let them arrive.",
  inThePast: "You are looking at an earlier step. What you do now begins a branch here; the later steps stay.",
  explain: "What you saw",
  yourGuess: "Your guess",
  guessRight: "You guessed right.",
  guessWrong: "It turned out otherwise.",
  youGuessed: "your guess",
  true: "true",
  evidence: (number: number) => `number ${number} in the trace`,
  ownClient: "In your own client",
  lessonFinished: "Lesson finished.",
  nextLesson: "Next lesson",
  previousLesson: "Previous lesson",
  lastLesson: "That was the last lesson. In the Lab everything you have seen can be taken apart and put together anew.",
  toLab: "To the Lab",
  simulation: "The simulation",
  toSimulation: "To the simulation",
  toText: "Back to the lesson",
  views: { label: "What is shown below the clients", trace: "Trace", state: "Server" },
  openInLab: "Open in the Lab",
  openedInLab: "This scenario is now in the Lab.",
  notOpenedInLab:
    "This scenario, or the one in the Lab, is too large for the browser to carry over or set aside, so nothing was changed. Start the scene again here, or start over in the Lab, in the timeline.",
  undo: "Undo",
  sceneAgain: "Start the scene again",
  sceneStarted: "The scene is as it was at the beginning. Tasks that are done stay done.",
  startAgain: {
    one: "Start the lesson again",
    oneTitle: "Start this lesson again?",
    oneText:
      "Your guess and the tasks that you have done in this lesson are forgotten. The other lessons stay as they are.",
    all: "Start everything again",
    allTitle: "Start all lessons again?",
    allText:
      "Your guesses and the tasks that you have done are forgotten in all lessons. You can keep them in a file first.",
    confirm: "Start again",
  },
  progress: {
    title: "Your progress",
    text: "It is kept in this browser only. As a file you can take it to another computer, or hand it in.",
    export: "Save as a file",
    import: "Open a file",
    imported: (lessons: number) =>
      lessons === 1
        ? "The progress of one lesson has been taken over."
        : `The progress of ${lessons} lessons has been taken over.`,
    problems: {
      unreadable: "This file could not be read. Choose it again, or another one.",
      tooLarge: "This file is far too large to be saved progress, so it was not read.",
      noProgress: "This file holds no progress of these lessons. Your own is unchanged.",
      newer:
        "This file comes from a newer version of the playground. Reload the page, or open the file there. Your own progress is unchanged.",
      damaged: "This file is damaged, and nothing was taken from it. Your own progress is unchanged.",
    },
    notKept:
      "This browser does not keep anything for this page. You can go on; save your progress as a file before you close the page.",
  },
  sceneNotKept:
    "What you did in the simulation could not be brought back, so the scene begins anew. Your tasks are still done.",
  commonMistakes: {
    onlyConnected: "You are connected. The server says nothing by itself: it waits for your first line.",
    noLineEnd:
      "Bytes have arrived at the server, but no line end yet, so it goes on waiting for the rest of the line. A line ends with LF, usually written `\\r\\n`.",
    unknownCommand:
      "The server does not know the first word of that line. It may be a slip of the keyboard: `help` lists all commands.",
    badParameters:
      "The command is right, but something is missing behind it or too much. Its `usage` stands in the reply.",
    notLoggedIn:
      "The server does not know on whose behalf that was asked. Somebody has to log in with `auth` first, or send a live token.",
    wrongPassword: "The user exists, but the password is another one. It is `surabaya`.",
    userNotFound: "There is no user of that name. There are `messi`, `lineker` and `henderson`.",
  } satisfies CommonMistakesTexts,
  lessons: {
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
  } satisfies LessonsTexts,
};

/** Their shape: of the lessons it matters which texts there are, not how they read. */
export type LessonsScreenTexts = Omit<typeof en, "lessons" | "commonMistakes"> & {
  commonMistakes: CommonMistakesTexts;
  lessons: LessonsTexts;
};

const typed: LessonsScreenTexts = en;
export default typed;
