// Observations in words: a label for the kind, and what there is to say beyond it.

import type { Administration, Network, Observation } from "chatting-time-wasm";

import { formatNumber, formatSeconds } from "../../model/format";
import { texts } from "../../texts";

type What = Observation["what"];

/** The kind of it, in a word or two. */
export function kindText(what: What): string {
  return texts.current.trace.kinds[what.kind];
}

/** The bytes that it is about, escaped. */
export function bytesOf(what: What): string | undefined {
  return "bytes" in what ? what.bytes : undefined;
}

/** What it says when it is about no bytes. */
export function contentText(what: What): string {
  const t = texts.current.trace;
  switch (what.kind) {
    case "entered":
      return what.line;
    case "shown":
      return what.text.trimEnd();
    case "mailboxBusy":
      return t.mailboxBusy(what.username);
    case "givenBack":
      return t.givenBack(what.username);
    case "stateChanged":
      return eventText(what.event, what.username);
    case "sendingEnded":
    case "closed":
    case "brokeOff":
      return t.by[what.by];
    case "advanced":
      return t.advanced(formatSeconds(what.milliseconds));
    case "networkSet":
      return `${t.directions[what.direction]}: ${networkText(what.network)}`;
    case "readerSet":
      return texts.current.client.readers[what.reader];
    case "administered":
      return administrationText(what.change) + (what.refusal === undefined ? "" : ` – ${t.refused(what.refusal)}`);
    case "serverStarted":
      return t.readEvents(what.events, formatNumber(what.events));
    default:
      return "";
  }
}

/** One event of the journal. */
export function eventText(event: string, username: string | undefined): string {
  const sentences: Partial<Record<string, (username: string) => string>> = texts.current.trace.events;
  return sentences[event]?.(username ?? "") ?? `${event} ${username ?? ""}`;
}

function networkText(network: Network): string {
  const t = texts.current.trace.network;
  const parts = [t.latency(network.latency)];
  if (network.jitter > 0) parts.push(t.jitter(network.jitter));
  if (network.pieceBytes !== undefined) parts.push(t.pieceBytes(network.pieceBytes));
  if (network.splitAt !== undefined) parts.push(t.splitAt(network.splitAt));
  if (network.join !== undefined) parts.push(t.join(network.join));
  if (network.stalled) parts.push(t.stalled);
  return parts.join(", ");
}

function administrationText(change: Administration): string {
  return texts.current.trace.administration[change.kind](change.username);
}
