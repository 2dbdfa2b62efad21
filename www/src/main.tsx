// The start: theme, texts and engine, then the Lab. Whatever is missing is said in plain words.

import { render } from "preact";

import { App } from "./app/App";
import { keepOffline } from "./app/offline";
import { openLink } from "./app/open-link";
import { followAddress } from "./app/router";
import { StartupFailure } from "./app/StartupFailure";
import { orProblem, StartupError, type StartupProblem } from "./app/startup-problem";
import { beginning, EngineStopped } from "./model/beginning";
import { loadEngine } from "./model/engine";
import { problem } from "./model/status";
import { keepTheme } from "./model/theme";
import { texts } from "./texts";
import { language, speak } from "./texts/language";
import "./design/tokens.css";
import "./design/base.css";

const root = document.getElementById("app") ?? document.body.appendChild(document.createElement("div"));

async function start(): Promise<void> {
  keepTheme();
  speak(language.peek());
  if (typeof WebAssembly !== "object") throw new StartupError("noWebAssembly");
  await Promise.all([orProblem("textsNotLoaded", () => texts.load()), orProblem("engineNotLoaded", loadEngine)]);
  const playground = beginning();
  followAddress((fragment) => openLink(playground, fragment));
  root.replaceChildren();
  render(<App lab={playground} />, root);
  document.documentElement.setAttribute("data-ready", "");
  keepOffline();
  window.addEventListener("error", () => problem(texts.current.unexpected));
  window.addEventListener("unhandledrejection", () => problem(texts.current.unexpected));
}

start().catch((failure: unknown) => {
  const kind = problemOf(failure);
  const cause = failure instanceof StartupError ? failure.cause : failure;
  root.replaceChildren();
  render(<StartupFailure problem={kind} detail={cause === undefined ? "" : String(cause)} />, root);
});

function problemOf(failure: unknown): StartupProblem {
  if (failure instanceof StartupError) return failure.problem;
  return failure instanceof EngineStopped ? "engineStopped" : "unexpected";
}
