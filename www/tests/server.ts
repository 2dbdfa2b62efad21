// The real server as a process: one for each test, on a folder and on ports of its own.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

export interface Server {
  /** Where the page is, such as `http://127.0.0.1:40123/`. */
  readonly page: string;
  /** Where it is encrypted, such as `https://localhost:40125/`, of a server that was started for that. */
  readonly encryptedPage?: string | undefined;
  /** Where clients connect, such as `127.0.0.1:40124`. */
  readonly chat: string;
  /** Stops it as an operator would and waits until it is gone. A second call does nothing. */
  stop(): Promise<void>;
}

const PROGRAM = "../target/debug/chatting-time";

/** Starts it on a new folder, or on one that its caller keeps; the page at any free port, or at a given address. */
export async function startServer(
  kept?: string,
  http = "127.0.0.1:0",
  encryption: readonly string[] = [],
): Promise<Server> {
  if (!existsSync(PROGRAM)) {
    throw new Error(`${PROGRAM} is not there: build it with \`cargo build\``);
  }
  const data = kept ?? mkdtempSync(path.join(tmpdir(), "chatting-time-"));
  const addresses = ["--listen", "127.0.0.1:0", "--http", http, "--admin-http", "off"];
  const options = ["--data", data, ...addresses, ...encryption];
  const child = spawn(PROGRAM, ["serve", ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const stop = async () => {
    await terminate(child);
    if (kept === undefined) {
      rmSync(data, { recursive: true, force: true });
    }
  };
  try {
    return { ...(await readAddresses(child)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts one that serves the page encrypted as well, by a certificate that nobody vouches for. */
export async function startEncryptedServer(): Promise<Server> {
  const lab = mkdtempSync(path.join(tmpdir(), "chatting-time-"));
  execFileSync(PROGRAM, ["tls", "self-signed", "--out", lab]);
  const [certificate, key] = [path.join(lab, "certificate.pem"), path.join(lab, "key.pem")];
  try {
    const encryption = ["--https", "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key];
    return await startServer(undefined, undefined, encryption);
  } finally {
    // The server has read them.
    rmSync(lab, { recursive: true, force: true });
  }
}

/** Reads them off the screen that the server shows once it is ready. */
async function readAddresses(child: ChildProcess): Promise<Omit<Server, "stop">> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) {
    throw new Error("the server's output is not piped");
  }
  let said = "";
  stderr.on("data", (text) => {
    said += text;
  });
  let page: string | undefined;
  let encryptedPage: string | undefined;
  let chat: string | undefined;
  for await (const line of createInterface(stdout)) {
    said += `${line}\n`;
    page ??= /http:\/\/[\d.]+:\d+/.exec(line)?.[0];
    const encrypted = /https:\/\/[\d.]+:(\d+)/.exec(line)?.[1];
    encryptedPage ??= encrypted && `https://localhost:${encrypted}/`;
    chat ??= /listening on +([\d.]+:\d+)/.exec(line)?.[1];
    if (line.startsWith("ready after")) {
      break;
    }
  }
  if (!page || !chat) {
    throw new Error(`the server did not say where it listens:\n${said}`);
  }
  // Whatever else it says is read, so that it never waits for us.
  stdout.resume();
  return { page: `${page}/`, encryptedPage, chat };
}

async function terminate(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}
