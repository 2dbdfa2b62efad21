import type { TextsOf } from "../shape";

export const stream = {
  title: "A stream, not messages",
  goal: "TCP carries a stream of bytes. It does not remember where one write ended and the next one began. What makes a request is the line feed alone.",
  prediction: {
    question:
      "A client writes twice: first `he`, and a moment later `lp\\r\\n`. How many requests does the server find?",
    choices: {
      none: {
        label: "None: neither of the two is a command.",
        why: "The server does not look at writes. It collects bytes until a line is complete, and here it becomes `help`.",
      },
      one: {
        label: "One: `help`.",
        why: "The server collects bytes until a line feed comes. How many writes they came from makes no difference.",
      },
      two: {
        label: "Two: `he` and `lp`.",
        why: "A write is no message. Nothing ends the line behind `he`, so the server waits for the rest of it.",
      },
    },
  },
  tasks: {
    begin: {
      ask: "Switch messi's card to raw bytes and send `he`, without any line end.",
      done: "The two letters are at the server and wait there for the rest of their line.",
      hints: [
        "The terminal ends each line for you. In the raw-bytes mode, exactly what you write is sent.",
        "Beside the raw bytes you choose which line end is put behind them. This time there must be none.",
        "Choose raw bytes in messi's card, type `he`, choose no line end, and send it.",
      ],
      mistakes: {
        lineEnded:
          "That was a whole line, and the server answered it. The line end has to stay away: use the raw-bytes mode, and choose no line end.",
      },
    },
    finish: {
      ask: "Finish the line so that the server finds the command `help`.",
      done: "Two writes, one request.",
      hints: [
        "The server still has `he`. What you send now comes directly behind it.",
        "`lp` is missing, and behind it the line end.",
        "Send `lp` as raw bytes, with the line end `\\r\\n`.",
      ],
      mistakes: {
        joinedWrong:
          "The server put all that it had together to one line, and the result is no command. Look at the line in the trace. Begin again with `he`, then send only what is missing.",
        dropped:
          "The connection is closed, and the bytes that were no whole line have gone with it. Send `he` again, then the rest.",
        stillUnfinished:
          "More letters have arrived, but still no line feed. The server goes on waiting. Send one: `\\r\\n`.",
      },
    },
    together: {
      ask: "Now the other way round: send two requests in one single write.",
      done: "One write, two requests, two replies.",
      hints: [
        "What parts two requests is the line end between them, and nothing else.",
        "As raw bytes, write two commands into the same input, with `\\r\\n` between them.",
        "Send `help\\r\\nlist` as raw bytes, with the line end `\\r\\n` behind it. That `list` is refused without a login does not matter here.",
      ],
      mistakes: {
        onlyOne:
          "That write held one request. Put a second one directly behind the first line end, then send both together.",
        noLineFeed:
          "The server took that for a single line and did not know the command. Between the two requests there has to be a real line end: `\\r\\n`, with single backslashes.",
      },
    },
  },
  explanation: [
    "[The first write](firstWrite) and [the second](secondWrite) became [one request](request). Between them the server had an unfinished line. It would have waited 30 seconds for the rest, counted from the first byte.",
    "Later [one write](oneWrite) brought [a first request](firstRequest) and [a second one](secondRequest), and each got its own reply.",
    "So a write and a request have nothing to do with each other. It is the same for replies, and on every TCP connection. On a fast local network both often happen to coincide, which is why programs that rely on it work in the lab and fail elsewhere.",
  ],
  ownClient: [
    "Never assume that one `send` arrives as one `recv`. A server of your own needs a buffer for each connection: cut off what ends with LF, and keep the rest for later.",
    "`socket.send` may write fewer bytes than you gave it. Use `sendall` in Python, and check the return value in C.",
  ],
} satisfies TextsOf<"stream">;
