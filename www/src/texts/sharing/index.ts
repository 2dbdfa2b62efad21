// The texts of links, files and exports.

import { textSet } from "../text-set";

export type { SharingTexts } from "./en";

export const sharingTexts = textSet({
  en: () => import("./en"),
  id: () => import("./id"),
});
