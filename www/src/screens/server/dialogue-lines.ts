// Entries of a real dialogue as the lines that the shared dialogue shows: secrets covered, notices in the reader's language.

import type { DialogueLine, ShownPart } from "chatting-time-wasm";

import { formatNumber } from "../../model/format";
import { serverTexts } from "../../texts/server";
import type { Notice, NumberedEntry } from "./dialogue";
import { shownText } from "./shown-text";

export function dialogueLines(entries: readonly NumberedEntry[], showsTokens: boolean): DialogueLine[] {
  const text = (parts: readonly ShownPart[]) => shownText(parts, showsTokens);
  return entries.map((entry) => {
    const { number: observation } = entry;
    switch (entry.kind) {
      case "notice":
        return { kind: "unreadable", text: noticeText(entry.notice), observation };
      case "entered":
        return { kind: "entered", text: text(entry.prompt) + text(entry.parts), observation };
      default:
        return { kind: entry.kind, text: text(entry.parts), observation };
    }
  });
}

function noticeText(notice: Notice): string {
  const t = serverTexts.current.notices;
  switch (notice.kind) {
    case "tooLong":
      return t.tooLong(formatNumber(notice.bytes), formatNumber(notice.bound));
    case "notSent":
      return t.notSent(notice.requests);
    case "unanswered":
      return t.unanswered(notice.requests);
    case "refusal":
      return t.refusals[notice.code];
  }
}
