// The texts of the Code screen, and those that it writes into programs.

import { textSet } from "../text-set";

export const codeTexts = textSet({
  en: () => import("./en"),
  id: () => import("./id"),
});
