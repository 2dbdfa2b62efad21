// How many connections to the real server are open, for the navigation: they stay open while other screens are shown.

import { signal } from "@preact/signals";

export const realConnections = signal(0);
