import type { TextsOf } from "../shape";

export const pipelining = {
  title: "Pipelining and round trips",
  goal: "On a long way it is not the bytes that cost time, but the waiting. You will send the same three requests twice and compare the times.",
  prediction: {
    question:
      "A byte takes 100 ms to the server and 100 ms back. Three requests one after the other, each sent after the reply to the one before, take 600 ms. How long do they take when all three go out in one write?",
    choices: {
      twoHundred: {
        label: "About 200 ms.",
        why: "All three travel together, and so do their replies. The way there and back is paid for only once.",
      },
      fourHundred: {
        label: "About 400 ms.",
        why: "The server does not need a second journey for anything: all three lines are there at once, and it answers all of them at once.",
      },
      sixHundred: {
        label: "600 ms, as it has to be done all the same.",
        why: "The work itself takes next to no time here. The 600 ms were nearly all waiting, and most of that is saved.",
      },
    },
  },
  tasks: {
    oneByOne: {
      ask: "You are logged in as messi. Send three requests, one at a time, and wait for each reply.",
      done: "Three requests, three journeys: {apart} ms in all.",
      hints: [
        "Enter them in the card as usual. The next one goes out only after the reply.",
        "Which ones does not matter: `list`, `inbox` and `help`, for example.",
        "Enter `list`. When the reply is there, enter `inbox`, and then `help`.",
      ],
      mistakes: {
        atOnce: "These went out together, which is the next task. First send three requests one at a time.",
        tooFew: "That works. Go on until it is three in a row.",
      },
    },
    together: {
      ask: "Now send three requests in one write.",
      done: "The same three replies, after {together} ms.",
      hints: [
        "You did something like this in the lesson about the stream.",
        "Use raw bytes, with `\\r\\n` between the lines and behind the last one. You need no token: you are logged in on this connection.",
        "Send `list\\r\\ninbox\\r\\nhelp` as raw bytes, with the line end `\\r\\n` behind it.",
      ],
      mistakes: {
        lastUnfinished:
          "The last line has no line end yet, so the server still waits for it. End each line with `\\r\\n`.",
        onlyTwo: "Those were two requests in one write. One more is needed.",
        apart: "That was a single request in its write. Put three lines into one.",
      },
    },
    order: {
      ask: "Once more three in one write, but with a wrong command that is not the last one. Does the server stop there?",
      done: "It did not. The request behind the wrong one was carried out, and the replies came in order.",
      hints: [
        "Take the same as before, and spoil one of the first two lines.",
        "Between two good commands put a word that is none.",
        "Send `list\\r\\nhello\\r\\nhelp` as raw bytes, with the line end `\\r\\n` behind it.",
      ],
      mistakes: {
        atTheEnd: "The last line was the wrong one, so nothing came behind it. Put it first or in the middle.",
        allGood: "All of these were in order. Replace the middle one by a word that is no command.",
        apart: "That was refused, but it stood alone. Send it together with two others, in one write.",
      },
    },
  },
  explanation: [
    "One at a time, it took {apart} ms from [the first write](firstWrite) to [the last reply](lastReading). Most of it was spent with nobody doing anything.",
    "In [one write](oneWrite) it took {together} ms until [the last reply](lastOfOne). This is called pipelining. It helps the more, the longer the way is: on the same desk you would hardly notice.",
    "The replies come in the order of the lines, always. [The refusal](refusal) took its place among them, and [the reply behind it](behindIt) belongs to the line behind. Nothing in a reply says which request it answers. The order alone does.",
  ],
  ownClient: [
    "Keep a queue of the requests that are under way. The next reply belongs to the oldest one in it.",
    "Pipeline only what does not depend on an earlier reply. And keep on reading while you send: who sends much and reads nothing is made to wait by the server, and is cut off in the end.",
  ],
} satisfies TextsOf<"pipelining">;
