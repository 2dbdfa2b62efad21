// The dialogue of the documentation, played from its start: it is entered in full first, so that it can be played, stopped
// and stepped through like anything else.

import type { Playground } from "../../model/playground";

const MESSI = 0;
const LINEKER = 1;

const LINES: readonly [client: number, line: string][] = [
  [MESSI, "auth messi surabaya"],
  [MESSI, "send lineker halo"],
  [LINEKER, "auth lineker surabaya"],
  [LINEKER, "inbox"],
  [LINEKER, "list"],
  [LINEKER, "logout"],
];

export function documentedDialogue(playground: Playground): void {
  for (const [client, line] of LINES) {
    if (!playground.apply({ kind: "enter", client, line })) return;
    playground.finish();
  }
  playground.seek(0);
  playground.player.play();
}
