// What lies in a folder.

import { readdirSync } from "node:fs";
import path from "node:path";

/** Every file below a folder, relative to it, with `/` between the parts. */
export function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((file) => path.relative(folder, path.join(file.parentPath, file.name)).replaceAll(path.sep, "/"));
}
