// The texts of the screen "Real server".

import { textSet } from "../text-set";

export type { ServerTexts } from "./en";

export const serverTexts = textSet({
  en: () => import("./en"),
  id: () => import("./id"),
});
