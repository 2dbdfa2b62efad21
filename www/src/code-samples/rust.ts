import { kindOf, quotedBytes, quotedSentence, quotedText } from "./literals";
import { type Part, type Sample, TOKEN } from "./sample";
import { comment, type ProgramWriter, type Remarks } from "./writer";

export const rust: ProgramWriter = {
  fileName: "chat.rs",
  start: "rustc chat.rs && ./chat 127.0.0.1 8889",
  write: (sample, correct, remarks) => [
    ...note(remarks.title),
    ...note(remarks.start(rust.start)),
    "use std::env;",
    "use std::error::Error;",
    "use std::io::{Read, Write};",
    "use std::net::TcpStream;",
    "",
    ...(correct ? framedConnection(remarks) : naiveConnection(remarks)),
    "",
    "fn main() -> Result<(), Box<dyn Error>> {",
    "    let arguments: Vec<String> = env::args().collect();",
    "    let (host, port) = match &arguments[..] {",
    "        [_, host, port] => (host.as_str(), port.parse::<u16>()?),",
    '        _ => ("127.0.0.1", 8889),',
    "    };",
    "    let mut connection = Connection {",
    "        stream: TcpStream::connect((host, port))?,",
    ...(correct ? ["        received: Vec::new(),"] : []),
    "    };",
    ...conversation(sample, remarks).map((line) => `    ${line}`),
    "    Ok(())",
    "}",
  ],
};

function framedConnection(remarks: Remarks): string[] {
  return [
    'const END: &[u8] = b"\\r\\n\\r\\n";',
    "",
    ...note(remarks.connection),
    "struct Connection {",
    "    stream: TcpStream,",
    "    received: Vec<u8>,",
    "}",
    "",
    "impl Connection {",
    "    fn ask(&mut self, request: &[u8]) -> Result<String, Box<dyn Error>> {",
    "        self.stream.write_all(request)?;",
    ...note(remarks.untilEnd, 8),
    "        let at = loop {",
    "            if let Some(at) = self.received.windows(END.len()).position(|end| end == END) {",
    "                break at;",
    "            }",
    "            let mut piece = [0; 4096];",
    "            let length = self.stream.read(&mut piece)?;",
    "            if length == 0 {",
    `                return Err(${quotedSentence(remarks.closedEarly)}.into());`,
    "            }",
    "            self.received.extend_from_slice(&piece[..length]);",
    "        };",
    ...note(remarks.leftover, 8),
    "        let reply: Vec<u8> = self.received.drain(..at + END.len()).take(at).collect();",
    "        Ok(String::from_utf8(reply)?)",
    "    }",
    "}",
  ];
}

function naiveConnection(remarks: Remarks): string[] {
  return [
    "struct Connection {",
    "    stream: TcpStream,",
    "}",
    "",
    "impl Connection {",
    "    fn ask(&mut self, request: &[u8]) -> Result<String, Box<dyn Error>> {",
    "        self.stream.write_all(request)?;",
    ...note(remarks.naive, 8),
    "        let mut piece = [0; 4096];",
    "        let length = self.stream.read(&mut piece)?;",
    "        Ok(String::from_utf8(piece[..length].to_vec())?.trim().to_string())",
    "    }",
    "}",
  ];
}

function conversation({ login, request, session }: Sample, remarks: Remarks): string[] {
  const why = session === "none" ? [] : note(remarks.session[session]);
  const ask = [`let request = ${expression(request)};`, 'println!("{}", connection.ask(&request)?);'];
  if (!login) return [...why, ...ask];
  if (session === "bound") {
    return [...why, `println!("{}", connection.ask(${literal(login)})?);`, ...ask];
  }
  return [
    ...why,
    `let reply = connection.ask(${literal(login)})?;`,
    'println!("{reply}");',
    `let (_, ${TOKEN}) = reply`,
    '    .split_once("\\"tokenid\\": \\"")',
    `    .ok_or(${quotedSentence(remarks.noToken)})?;`,
    `let ${TOKEN} = ${TOKEN}.trim_end_matches("\\"}");`,
    ...ask,
  ];
}

/** An expression of type Vec<u8>. Literals of bytes are of different types until they are slices. */
function expression(request: Part[]): string {
  const parts = request.map((part) => (part === TOKEN ? `${TOKEN}.as_bytes()` : literal(part)));
  return parts.length === 1 ? `${parts.join()}.to_vec()` : `[${parts.map(asSlice).join(", ")}].concat()`;
}

function asSlice(expression: string): string {
  return expression.startsWith('b"') ? `&${expression}[..]` : expression;
}

function literal(bytes: Uint8Array): string {
  return kindOf(bytes) === "text" ? `${quotedText(bytes)}.as_bytes()` : `b${quotedBytes(bytes)}`;
}

function note(remark: string, indent = 0): string[] {
  return comment("//", remark, indent);
}
