import type { TextsOf } from "../shape";

export const endOfReply = {
  title: "Where does a reply end?",
  goal: "A reply may arrive in several pieces. You will see a program fall for the first piece, and then find the real end of a reply.",
  prediction: {
    question:
      "The reply to a login is 71 bytes long. The network carries at most 64 bytes at a time to messi. His program calls `recv(1024)` once and takes what it gets for the reply. What does it hold?",
    choices: {
      whole: {
        label: "The whole reply: `recv` waits until 1,024 bytes or the whole reply are there.",
        why: "`recv` knows nothing of replies, and 1,024 is only the most that it may return. It returns as soon as anything is there.",
      },
      part: {
        label: "The first 64 bytes: a JSON object without its end.",
        why: "`recv` returns what has arrived so far. The rest comes a moment later and is taken for something else.",
      },
      nothing: {
        label: "An error, because the reply is not complete.",
        why: "For TCP nothing is incomplete: it delivers bytes in order and knows no replies. No error tells you that the end is missing.",
      },
    },
  },
  tasks: {
    naive: {
      ask: "messi's program takes each piece for a whole reply. Log in as messi with the password `surabaya`.",
      done: "The server opened a session, but the client could not read its own token.",
      hints: [
        "Log in just as in the first lesson.",
        "The command is `auth`, with username and password.",
        "Enter `auth messi surabaya`.",
      ],
    },
    framed: {
      ask: "Mend the program: let it collect bytes until CR LF CR LF has arrived. Then log in once more.",
      done: "The same two pieces, and this time the client waited for the end.",
      hints: [
        "First change how the client reads, then ask again.",
        "The button below changes the reader. After that you need a new login, because the first token was never understood.",
        "Press “Read up to CR LF CR LF”, then enter `auth messi surabaya`.",
      ],
      mistakes: {
        stillNaive:
          "The client still takes each piece for a reply, so the same thing happened again. Change its reader first.",
        readerOnly:
          "The client now waits for the end of a reply. Ask something, so that it has one to read: log in again.",
      },
      actions: { framed: "Read up to CR LF CR LF" },
    },
    buffer: {
      ask: "Catch the client in the middle of a reply: bring about a moment in which its receive buffer holds bytes that are no whole reply yet.",
      done: "These bytes wait in the client's buffer until the end arrives.",
      hints: [
        "Every step of the history can be looked at again. Between the first piece of a reply and its last there is such a moment.",
        "Either step back in the timeline, or hold the network up with the buttons below, ask something, and let only a few bytes through.",
        "Press “Hold the network up”, enter `help`, then press “Let 40 bytes through”.",
      ],
      actions: { stall: "Hold the network up", deliver: "Let 40 bytes through" },
    },
  },
  explanation: [
    "The server sent [one reply](brokenReply). It reached the client in two pieces, the [first one](firstPiece) with 64 bytes, and the program took that one [for the whole reply](brokenReading). Half a JSON object can't be read, so the token was lost to the client. The server knew nothing of this: its session is there all the same, and after the second login messi has two.",
    "With the right reader, [the last piece](wholePiece) brought CR LF CR LF, and only then was there [a reply](wholeReading). Inside a reply those four bytes never occur, because JSON writes line ends in its strings as `\\r\\n`, in letters.",
    "In the last task the client had received [some bytes](delivered), but no reply. That is nothing out of the ordinary: every program that reads from a network needs a place for bytes like these.",
  ],
  ownClient: [
    "Keep a buffer for each connection. Append what `recv` returns, and as long as CR LF CR LF is in the buffer, cut one reply off its front. What stands behind it stays for the next round.",
    "If `recv` returns nothing at all, the server has closed the connection: stop reading instead of trying again.",
  ],
} satisfies TextsOf<"endOfReply">;
