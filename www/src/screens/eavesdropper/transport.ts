// Whether the screen shows the connections as they are, in plain text, or as they would look with TLS.

import { computed, signal } from "@preact/signals";

export const transport = signal<"plain" | "encrypted">("plain");

export const isEncrypted = computed(() => transport.value === "encrypted");
