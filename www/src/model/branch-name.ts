import type { BranchView } from "chatting-time-wasm";

import { texts } from "../texts";

/** What a person called the branch, else its number. */
export function branchName(branches: readonly BranchView[], branch: number): string {
  const t = texts.current.history;
  const own = branches.find((one) => one.branch === branch)?.name;
  return own || (branch === 0 ? t.mainBranch : t.branch(branch));
}
