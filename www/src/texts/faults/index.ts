// The texts of the screen Faults.

import { textSet } from "../text-set";

export const faultsTexts = textSet({
  en: () => import("./en"),
  id: () => import("./id"),
});
