// A link holds a whole scenario. The part that opens links comes when the first one does.

import type { Playground } from "../model/playground";
import { problem } from "../model/status";
import { texts } from "../texts";

interface OpeningLinks {
  /** Puts the link's scenario in place of the playground's, and says what came of it. */
  openLink(playground: Playground, fragment: string): Promise<void>;
}

const parts = import.meta.glob<OpeningLinks>("../links/open-link.ts");

export async function openLink(playground: Playground, fragment: string): Promise<void> {
  const load = parts["../links/open-link.ts"];
  const part = await load?.().catch(() => undefined);
  if (part) await part.openLink(playground, fragment);
  else problem(texts.current.linksNotLoaded);
}
