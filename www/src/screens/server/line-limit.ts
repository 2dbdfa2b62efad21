// How long a line may be at most, from core's table of bounds. A server may be set to take less, and then says so.

import { limits } from "chatting-time-wasm";

export const LINE_BYTES = limits().find((limit) => limit.field === "line_bytes")?.default;
