import { kindOf, quotedBytes, quotedSentence, quotedText } from "./literals";
import { type Part, type Sample, TOKEN } from "./sample";
import { comment, type ProgramWriter, type Remarks } from "./writer";

export const javaScript: ProgramWriter = {
  fileName: "chat.mjs",
  start: "node chat.mjs 127.0.0.1 8889",
  write: (sample, correct, remarks) => [
    ...note(remarks.title),
    ...note(remarks.start(javaScript.start)),
    'import net from "node:net";',
    "",
    'const [host = "127.0.0.1", port = "8889"] = process.argv.slice(2);',
    "const socket = net.connect(Number(port), host);",
    "",
    ...(correct ? framedReplies(remarks) : naiveReplies(remarks)),
    "",
    ...conversation(sample, remarks),
    "socket.destroy();",
  ],
};

function framedReplies(remarks: Remarks): string[] {
  return [
    'const END = "\\r\\n\\r\\n";',
    'let received = "";',
    "",
    ...note(remarks.connection),
    "async function ask(request) {",
    "  socket.write(request);",
    ...note(remarks.untilEnd, 2),
    "  while (!received.includes(END)) {",
    "    received += await piece();",
    "  }",
    ...note(remarks.leftover, 2),
    "  const at = received.indexOf(END);",
    "  const reply = received.slice(0, at);",
    "  received = received.slice(at + END.length);",
    "  return reply;",
    "}",
    "",
    'const pieces = socket.setEncoding("utf8")[Symbol.asyncIterator]();',
    "",
    "async function piece() {",
    "  const { value, done } = await pieces.next();",
    `  if (done) throw new Error(${quotedSentence(remarks.closedEarly)});`,
    "  return value;",
    "}",
  ];
}

function naiveReplies(remarks: Remarks): string[] {
  return [
    "function ask(request) {",
    "  socket.write(request);",
    ...note(remarks.naive, 2),
    "  return new Promise((resolve) => {",
    '    socket.once("data", (piece) => resolve(piece.toString().trim()));',
    "  });",
    "}",
  ];
}

function conversation({ login, request, session }: Sample, remarks: Remarks): string[] {
  const why = session === "none" ? [] : note(remarks.session[session]);
  const ask = [`const request = ${expression(request)};`, "console.log(await ask(request));"];
  if (!login) return [...why, ...ask];
  if (session === "bound") {
    return [...why, `console.log(await ask(${expression([login])}));`, ...ask];
  }
  return [
    ...why,
    `const reply = await ask(${expression([login])});`,
    "console.log(reply);",
    `const { tokenid: ${TOKEN} } = JSON.parse(reply);`,
    `if (!${TOKEN}) throw new Error(${quotedSentence(remarks.noToken)});`,
    ...ask,
  ];
}

/** An expression that a socket writes: a string where all of it is text. */
function expression(request: Part[]): string {
  if (request.every((part) => part === TOKEN || kindOf(part) !== "bytes")) {
    return request.map((part) => (part === TOKEN ? TOKEN : quotedText(part))).join(" + ");
  }
  const buffers = request.map((part) => (part === TOKEN ? `Buffer.from(${TOKEN})` : buffer(part)));
  return buffers.length === 1 ? buffers.join() : `Buffer.concat([${buffers.join(", ")}])`;
}

function buffer(bytes: Uint8Array): string {
  // Each character of Latin-1 is one byte.
  return kindOf(bytes) === "bytes"
    ? `Buffer.from(${quotedBytes(bytes)}, "latin1")`
    : `Buffer.from(${quotedText(bytes)})`;
}

function note(remark: string, indent = 0): string[] {
  return comment("//", remark, indent);
}
