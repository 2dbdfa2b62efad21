// Sets of texts: one for the shell and the Lab, one for each screen that is loaded later. A set is loaded in the language
// in force only; changing the language loads every set in use first, so that nothing is ever shown half translated.

import { signal } from "@preact/signals";

import { type Language, language, remember, speak } from "./language";

export interface TextSet<Texts> {
  /** The texts in the language in force. The set has been loaded: a screen's loader sees to that. */
  readonly current: Texts;
  /** Loads the texts in the language in force. Rejects when the file can't be had. */
  load(): Promise<void>;
}

interface LoadableSet {
  fetch(language: Language): Promise<void>;
}

const inUse = new Set<LoadableSet>();

/** A set out of one file a language; the English one is its type. */
export function textSet<Texts>(files: Record<Language, () => Promise<{ default: Texts }>>): TextSet<Texts> {
  const loaded = signal<Partial<Record<Language, Texts>>>({});
  const set: LoadableSet = {
    async fetch(wanted) {
      if (loaded.peek()[wanted]) return;
      const file = await files[wanted]();
      loaded.value = { ...loaded.peek(), [wanted]: file.default };
    },
  };
  return {
    get current() {
      const texts = loaded.value[language.value];
      if (!texts) throw new Error("these texts are not loaded yet");
      return texts;
    },
    async load() {
      // The person may change the language meanwhile.
      let wanted: Language;
      do {
        wanted = language.peek();
        await set.fetch(wanted);
      } while (wanted !== language.peek());
      inUse.add(set);
    },
  };
}

/** Rejects, with the language unchanged, when a file can't be had. */
export async function changeLanguage(chosen: Language): Promise<void> {
  await Promise.all([...inUse].map((set) => set.fetch(chosen)));
  speak(chosen);
  remember(chosen);
}
