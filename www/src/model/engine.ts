// The Rust engine: loaded once, then used by every playground.

import load from "chatting-time-wasm";

export async function loadEngine(): Promise<void> {
  await load();
}
