// Runs a program of the Code screen as a person would.

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import type { Program, ProgramLanguage } from "../src/code-samples/program";

const run = promisify(execFile);

/** For a program that never ends. In milliseconds. */
const PATIENCE = 20_000;

/** What it printed before it ended, well or badly, at each of these servers in turn. */
export async function runProgram(
  language: ProgramLanguage,
  { fileName, text }: Pick<Program, "fileName" | "text">,
  ...chats: string[]
): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "program-"));
  try {
    const file = path.join(folder, fileName);
    await writeFile(file, text);
    const [command = "", ...first] = await commandOf(language, file);
    const printed: string[] = [];
    for (const chat of chats) {
      const ended = run(command, [...first, ...chat.split(":")], { timeout: PATIENCE, encoding: "utf8" });
      printed.push((await ended.catch((failed: { stdout: string }) => failed)).stdout);
    }
    return printed;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function commandOf(language: ProgramLanguage, file: string): Promise<string[]> {
  switch (language) {
    case "python":
      return ["python3", file];
    case "javascript":
      return [process.execPath, file];
    case "rust": {
      const binary = file.replace(/\.rs$/, "");
      // A program that people are given has nothing for the compiler to warn of.
      await run("rustc", ["-D", "warnings", "-o", binary, file]);
      return [binary];
    }
  }
}
