// The programming language that the person reads best; it outlives the page.

import { PROGRAM_LANGUAGES } from "../../code-samples/program";
import { setting } from "../../model/settings";

export const programLanguage = setting("program-language", PROGRAM_LANGUAGES, "python");
