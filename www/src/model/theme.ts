// Writes the theme in force to the document, where design/tokens.css looks for it.

import { effect, signal } from "@preact/signals";

import { theme } from "./settings";

export function keepTheme(): void {
  const query = window.matchMedia("(prefers-color-scheme: dark)");
  const prefersDark = signal(query.matches);
  query.addEventListener("change", () => {
    prefersDark.value = query.matches;
  });
  effect(() => {
    const dark = theme.value === "auto" ? prefersDark.value : theme.value === "dark";
    document.documentElement.setAttribute("data-theme", dark ? "dark" : "light");
  });
}
