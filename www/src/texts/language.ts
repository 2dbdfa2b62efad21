// Which language the page speaks. Two are written; the browser's wish decides until the person does.

import { signal } from "@preact/signals";

import { read, write } from "../model/storage";

export const LANGUAGES = ["id", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Languages whose readers are better served by Indonesian than by English. */
const NEAR_INDONESIAN = ["id", "in", "ms", "jv", "su", "min", "ban", "bug", "ace"];

export const language = signal<Language>(initialLanguage());

/** Remembers the choice and tells the browser, which needs it for voices, hyphens and translation offers. */
export function speak(chosen: Language): void {
  language.value = chosen;
  document.documentElement.lang = chosen;
}

export function remember(chosen: Language): void {
  write("language", chosen);
}

function initialLanguage(): Language {
  const kept = read("language");
  const known = LANGUAGES.find((one) => one === kept);
  if (known) return known;
  for (const wish of navigator.languages ?? []) {
    const code = wish.toLowerCase().split("-")[0] ?? "";
    if (NEAR_INDONESIAN.includes(code)) return "id";
    if (code === "en") return "en";
  }
  return "en";
}
