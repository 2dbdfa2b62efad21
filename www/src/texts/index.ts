// The texts of the shell, the shared components and the Lab.

import { textSet } from "./text-set";

export type { Texts } from "./en";

export const texts = textSet({
  en: () => import("./en"),
  id: () => import("./id"),
});
