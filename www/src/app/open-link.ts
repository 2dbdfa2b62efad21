// A link holds a whole scenario. The part that opens links comes when the first one does.

import type { Playground } from "../model/playground";
import { problem } from "../model/status";
import { texts } from "../texts";

/** Puts the link's scenario in place of the playground's; what came of it is said. */
export async function openLink(playground: Playground, fragment: string): Promise<void> {
  const part = await import("../links/open-link").catch(() => undefined);
  if (part) await part.openLink(playground, fragment);
  else problem(texts.current.linksNotLoaded);
}
