import { discardUnreadable, unreadable } from "../model/autosave";
import { sharingTexts } from "../texts/sharing";
import { saveFile } from "./save";

/** What was kept from an earlier visit and could not be played again: nobody here can open it, and nobody else has it. */
export function UnreadableScenarios() {
  const t = sharingTexts.current.unreadable;
  if (unreadable.value.length === 0) return null;
  return (
    <section class="share-part">
      <h2>{t.title}</h2>
      <p class="soft">{t.about}</p>
      {unreadable.value.map((text, index) => (
        <div key={text} class="share-actions">
          <button
            type="button"
            onClick={() => saveFile(new Blob([text], { type: "application/json" }), fileName(index + 1))}
          >
            {t.save(index + 1)}
          </button>
          <button type="button" class="plain" onClick={() => discardUnreadable(text)}>
            {t.discard(index + 1)}
          </button>
        </div>
      ))}
    </section>
  );
}

function fileName(number: number): string {
  return `chatting-time-unopened-${number}.json`;
}
