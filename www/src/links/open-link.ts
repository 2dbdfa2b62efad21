// Opens the scenario that a link holds, and says what came of it.

import type { Playground } from "../model/playground";
import { problem } from "../model/status";
import { texts } from "../texts";
import { sharingTexts } from "../texts/sharing";
import { decodeLink } from "./link";
import { openScenario } from "./open-scenario";

/** `fragment` is what stood behind the address, with its `#` or without. */
export async function openLink(playground: Playground, fragment: string): Promise<void> {
  try {
    await sharingTexts.load();
  } catch {
    problem(texts.current.linksNotLoaded);
    return;
  }
  const decoded = await decodeLink(fragment);
  const opened = decoded.ok ? openScenario(playground, decoded.value, "link") : decoded;
  if (!opened.ok) problem(sharingTexts.current.problems.link[opened.problem]);
}
