// The texts of the screen Eavesdropper.

import { textSet } from "../text-set";

export const eavesdropperTexts = textSet({
  en: () => import("./en"),
  id: () => import("./id"),
});
