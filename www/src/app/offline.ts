// Stores the page for use without a network, and says when a newer version waits.

import { effect } from "@preact/signals";

import { note } from "../model/status";
import { applyUpdate, offline, startOffline } from "../offline/registration";
import { texts } from "../texts";

export function keepOffline(): void {
  void startOffline();
  effect(() => {
    if (offline.value !== "updateReady") return;
    const t = texts.current.help;
    note(t.update, { label: t.reload, run: applyUpdate });
  });
}
