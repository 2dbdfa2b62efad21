// The start: theme, texts and engine, then the Lab. Whatever is missing is said in plain words.

import { render } from "preact";

import { App } from "./app/App";
import { keepOffline } from "./app/offline";
import { openLink } from "./app/open-link";
import { followAddress } from "./app/router";
import { StartupFailure } from "./app/StartupFailure";
import { orProblem, StartupError, type StartupProblem } from "./app/startup-problem";
import { beginning } from "./model/beginning";
import { EngineStopped, hasStopped, isTrap, loadEngine } from "./model/engine";
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
  window.addEventListener("error", ({ error }) => goOnAfter(error));
  window.addEventListener("unhandledrejection", ({ reason }) => goOnAfter(reason));
}

start().catch((failure: unknown) => showFailure(problemOf(failure), failure));

function problemOf(failure: unknown): StartupProblem {
  if (failure instanceof StartupError) return failure.problem;
  return failure instanceof EngineStopped ? "engineStopped" : "unexpected";
}

/** What nobody caught: the page goes on, but not without its engine. */
function goOnAfter(failure: unknown): void {
  if (failure instanceof EngineStopped || isTrap(failure)) {
    hasStopped.value = true;
    showFailure("engineStoppedLater", failure);
  } else {
    problem(texts.current.unexpected);
  }
}

/** In place of the page, whose parts are left as they are: to end them would ask the engine. */
function showFailure(kind: StartupProblem, failure: unknown): void {
  const cause = failure instanceof StartupError ? failure.cause : failure;
  const scenario = failure instanceof EngineStopped ? failure.scenario : undefined;
  const place = document.createElement("div");
  place.id = root.id;
  document.body.replaceChildren(place);
  const detail = cause === undefined ? "" : String(cause);
  render(<StartupFailure problem={kind} detail={detail} scenario={scenario} />, place);
}
