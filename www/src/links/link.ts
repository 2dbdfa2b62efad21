// A whole scenario in the fragment of an address: `#v1.` and the base64url of its deflated JSON. It never reaches a server.

import type { Scenario } from "chatting-time-wasm";
import { jsonText } from "../model/json-text";
import { failure, type LinkProblem, type Result, success, type WriteProblem } from "./result";
import { scenarioFromText } from "./scenario-text";

/** A longer fragment is cut by too many of the programs that pass links on. In characters. */
export const LONGEST_FRAGMENT = 32 * 1024;

/** What a link may inflate to, so that a small one cannot fill the memory. In bytes. */
export const LARGEST_TEXT = 16 * 1024 * 1024;

const PREFIX = "#v1.";
const ANY_PREFIX = /^#v\d+\./;

/** The fragment that holds a scenario, `#` included. */
export async function encodeLink(scenario: Scenario): Promise<Result<string, WriteProblem>> {
  const deflate = streamOrNothing(() => new CompressionStream("deflate-raw"));
  if (!deflate) return failure("noCompression");
  const json = jsonText(scenario);
  if (json === undefined) return failure("tooLong");
  const text = new Blob([json]);
  if (text.size > LARGEST_TEXT) return failure("tooLong");
  const deflated = await new Response(text.stream().pipeThrough(deflate)).arrayBuffer();
  // Three bytes become four characters.
  if (PREFIX.length + Math.ceil((deflated.byteLength * 4) / 3) > LONGEST_FRAGMENT) {
    return failure("tooLong");
  }
  return success(PREFIX + toBase64Url(new Uint8Array(deflated)));
}

/** The scenario that a fragment holds; its `#` may be missing. */
export async function decodeLink(fragment: string): Promise<Result<Scenario, LinkProblem>> {
  const link = fragment.startsWith("#") ? fragment : `#${fragment}`;
  if (!link.startsWith(PREFIX)) {
    return failure(ANY_PREFIX.test(link) ? "unknownVersion" : "notBase64");
  }
  const inflate = streamOrNothing(() => new DecompressionStream("deflate-raw"));
  if (!inflate) return failure("noCompression");
  const deflated = fromBase64Url(link.slice(PREFIX.length));
  if (deflated === undefined) return failure("notBase64");
  const text = await inflated(deflated, inflate);
  return text.ok ? scenarioFromText(text.value) : text;
}

/** Older browsers have no such streams, or not for this format. */
function streamOrNothing<Stream>(make: () => Stream): Stream | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

async function inflated(
  deflated: Uint8Array<ArrayBuffer>,
  inflate: DecompressionStream,
): Promise<Result<string, LinkProblem>> {
  const reader = new Blob([deflated]).stream().pipeThrough(inflate).getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      length += value.byteLength;
      if (length > LARGEST_TEXT) {
        // What is left is of no interest, nor is how the stream takes that.
        reader.cancel().catch(() => {});
        return failure("tooLarge");
      }
    }
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await new Blob(pieces).arrayBuffer());
    return success(text);
  } catch {
    // The stream, or the decoder, met something that it cannot be.
    return failure("notDeflate");
  }
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    // A length that no base64 has.
    return undefined;
  }
}
