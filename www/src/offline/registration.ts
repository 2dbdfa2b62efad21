// Whether the playground works without a network, and whether a newer one waits. The worker itself is service-worker.ts.

import { computed, type ReadonlySignal, signal } from "@preact/signals";

export type OfflineState =
  /** This browser or this address has no service workers: an old browser, plain http on a network, `file://`. */
  | "unsupported"
  /** The browser refuses: settings or a policy forbid storage for this site, or its certificate is not trusted. */
  | "blocked"
  /** On the first visit, while the files are being stored. */
  | "installing"
  /** Everything is stored. */
  | "ready"
  /** Storing failed, for example for want of space; the next visit tries again. */
  | "failed"
  /** Everything is stored, and a newer build waits for `applyUpdate`. */
  | "updateReady";

const state = signal<OfflineState>("unsupported");
export const offline: ReadonlySignal<OfflineState> = state;

/** Whether the page will not be there without a network, so that the person is better off with the one file. */
export const needsOneFile = computed(
  () => !isFile() && (state.value === "unsupported" || state.value === "blocked" || state.value === "failed"),
);

/** How browsers name it: by a setting of the person or for the certificate, by a policy, and where service workers are turned off. */
const REFUSALS = ["SecurityError", "NotAllowedError", "NotSupportedError"];

let current: ServiceWorkerRegistration | undefined;

/** Begins to store the page; call it once the first screen stands, so that it does not compete with it. */
export async function startOffline(): Promise<void> {
  if (!isPossible()) {
    return;
  }
  state.value = "installing";
  try {
    current = await navigator.serviceWorker.register("./service-worker.js", { updateViaCache: "none" });
  } catch (error) {
    state.value = isRefusal(error) ? "blocked" : "failed";
    return;
  }
  // Some that block it do not refuse: they give nothing.
  if (!current) {
    state.value = "blocked";
    return;
  }
  current.addEventListener("updatefound", watchInstallation);
  watchInstallation();
}

/** Lets the newer build take over and reloads the page. */
export function applyUpdate(): void {
  const waiting = current?.waiting;
  if (!waiting) {
    return;
  }
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting.postMessage("activate");
}

function isPossible(): boolean {
  const isBuiltWithWorker = import.meta.env.MODE === "production";
  return isBuiltWithWorker && window.isSecureContext && "serviceWorker" in navigator && !isFile();
}

function isFile(): boolean {
  return location.protocol === "file:";
}

function isRefusal(error: unknown): boolean {
  return error instanceof DOMException && REFUSALS.includes(error.name);
}

function watchInstallation(): void {
  show();
  current?.installing?.addEventListener("statechange", show);
}

function show(): void {
  if (!current) {
    return;
  }
  if (current.active) {
    state.value = current.waiting ? "updateReady" : "ready";
  } else if (current.installing || current.waiting) {
    state.value = "installing";
  } else {
    state.value = "failed";
  }
}
