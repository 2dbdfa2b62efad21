// The English texts of the Code screen. Their shape is the type of every other language's.

import type { Remarks } from "../../code-samples/writer";

const en = {
  title: "Code",
  about:
    "A request of the playground as a program that you can run against a real server: once as many first programs read replies, once as it is right.",
  exchange: "Exchange",
  option: (client: string, time: string, request: string) => `${client}, ${time} s: ${request}`,
  notAnExchange: "What is selected belongs to no request, so this is the latest one.",
  request: "Request",
  reply: "Reply",
  noReply: "No reply yet.",
  language: "Programming language",
  languages: { python: "Python", javascript: "JavaScript", rust: "Rust" },
  framings: {
    naive: { title: "Naive: one read, one reply", label: (language: string) => `Naive program in ${language}` },
    correct: { title: "Correct: up to CR LF CR LF", label: (language: string) => `Correct program in ${language}` },
  },
  explanations: {
    naive:
      "TCP carries a stream of bytes, not messages. A read gives whatever has arrived: a whole reply, a part of one, or one and the beginning of the next. With short replies on one's own computer this program works nearly always, and that is the trap: it fails with a long inbox, a slow network, or several requests at once.",
    correct:
      "This program collects bytes until a reply is whole, which CR LF CR LF says, and keeps what came behind it for the next reply. It works however the bytes are cut or joined.",
  },
  seeFaults: "Cut replies into pieces on the Faults screen to see the naive way fail.",
  start: "Start it",
  download: "Download",
  empty: {
    title: "There is no exchange yet",
    text: "Send a request in the Lab, for example the line below at messi. It appears here as a program.",
    example: "auth messi surabaya",
    toLab: "To the Lab",
  },
  /** Written into the programs. */
  remarks: {
    title: "An exchange of the Chatting Time playground as a program.",
    start: (command) => `Start it with: ${command}`,
    connection: "One line out, one reply in.",
    naive: "Wrong: one read gives the bytes that have arrived so far. That may be a part of a reply, or more than one.",
    untilEnd: "A reply ends with CR LF CR LF and may arrive in any pieces.",
    leftover: "What came behind the end belongs to the next reply.",
    session: {
      token:
        "The token of the simulation means nothing to a real server: this program logs in with the same account, which has to exist there, and uses the token that it gets.",
      bound:
        "The request has no token and uses the session of its connection, so this program logs in first, with the same account, which has to exist there.",
      refused:
        "There is no session for this request, neither in the simulation nor on a real server, which refuses it.",
    },
    closedEarly: "The server closed the connection in the middle of a reply.",
    noToken: "The server refused the login.",
  } satisfies Remarks,
};

export default en;
export type CodeTexts = typeof en;
