// The texts of the Lessons screen and of the lessons themselves.

import { textSet } from "../text-set";

export const lessonsTexts = textSet({
  en: () => import("./en"),
  id: () => import("./id"),
});
