import { type CodePointEscape, kindOf, quotedBytes, quotedSentence, quotedText } from "./literals";
import { type Part, type Sample, TOKEN } from "./sample";
import { comment, type ProgramWriter, type Remarks } from "./writer";

export const python: ProgramWriter = {
  fileName: "chat.py",
  start: "python3 chat.py 127.0.0.1 8889",
  write: (sample, correct, remarks) => [
    ...note(remarks.title),
    ...note(remarks.start(python.start)),
    ...(sample.session === "token" ? ["import json"] : []),
    "import socket",
    "import sys",
    "",
    ...(correct ? framedConnection(remarks) : naiveConnection(remarks)),
    "",
    "",
    'host, port = sys.argv[1:3] if len(sys.argv) == 3 else ("127.0.0.1", "8889")',
    "connection = Connection(host, int(port))",
    ...conversation(sample, remarks),
  ],
};

function framedConnection(remarks: Remarks): string[] {
  return [
    'END = b"\\r\\n\\r\\n"',
    "",
    "",
    ...note(remarks.connection),
    "class Connection:",
    "    def __init__(self, host, port):",
    "        self.socket = socket.create_connection((host, port))",
    '        self.received = b""',
    "",
    "    def ask(self, request):",
    "        self.socket.sendall(request)",
    ...note(remarks.untilEnd, 8),
    "        while END not in self.received:",
    "            piece = self.socket.recv(4096)",
    "            if not piece:",
    `                sys.exit(${quotedSentence(remarks.closedEarly, codePointEscape)})`,
    "            self.received += piece",
    ...note(remarks.leftover, 8),
    "        reply, self.received = self.received.split(END, 1)",
    "        return reply.decode()",
  ];
}

function naiveConnection(remarks: Remarks): string[] {
  return [
    "",
    "class Connection:",
    "    def __init__(self, host, port):",
    "        self.socket = socket.create_connection((host, port))",
    "",
    "    def ask(self, request):",
    "        self.socket.sendall(request)",
    ...note(remarks.naive, 8),
    "        return self.socket.recv(4096).decode().strip()",
  ];
}

function conversation({ login, request, session }: Sample, remarks: Remarks): string[] {
  const why = session === "none" ? [] : note(remarks.session[session]);
  const ask = [`request = ${expression(request)}`, "print(connection.ask(request))"];
  if (!login) return [...why, ...ask];
  if (session === "bound") return [...why, `print(connection.ask(${literal(login)}))`, ...ask];
  return [
    ...why,
    `reply = connection.ask(${literal(login)})`,
    "print(reply)",
    `${TOKEN} = json.loads(reply).get("tokenid")`,
    `if not ${TOKEN}:`,
    `    sys.exit(${quotedSentence(remarks.noToken, codePointEscape)})`,
    ...ask,
  ];
}

function expression(request: Part[]): string {
  return request.map((part) => (part === TOKEN ? `${TOKEN}.encode()` : literal(part))).join(" + ");
}

/** An expression of type bytes. */
function literal(bytes: Uint8Array): string {
  // A literal of bytes can hold nothing but ASCII.
  return kindOf(bytes) === "text" ? `${quotedText(bytes, codePointEscape)}.encode()` : `b${quotedBytes(bytes)}`;
}

const codePointEscape: CodePointEscape = (codePoint) => {
  const digits = codePoint.toString(16);
  return digits.length > 4 ? `\\U${digits.padStart(8, "0")}` : `\\u${digits.padStart(4, "0")}`;
};

function note(remark: string, indent = 0): string[] {
  return comment("#", remark, indent);
}
