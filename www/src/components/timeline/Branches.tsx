import { useState } from "preact/hooks";

import { branchName } from "../../model/branch-name";
import { usePlayground } from "../../model/context";
import { texts } from "../../texts";
import { Icon } from "../icons";
import { BranchesDialog } from "./BranchesDialog";

/** Which branch one is in, when there are several, and the way to name and remove them. */
export function Branches() {
  const playground = usePlayground();
  const branches = playground.branches.value;
  const [isManaging, setManaging] = useState(false);
  const t = texts.current.timeline;
  return (
    <div class="timeline-branches">
      {branches.length > 1 && (
        <label class="timeline-choice">
          <Icon name="branch" />
          <span class="visually-hidden">{t.branch}</span>
          <select
            value={String(playground.moment.value.branch)}
            onChange={(event) => playground.enterBranch(Number(event.currentTarget.value))}
          >
            {branches.map((one) => (
              <option key={one.branch} value={String(one.branch)}>
                {branchName(branches, one.branch)}
              </option>
            ))}
          </select>
        </label>
      )}
      <button type="button" class="plain" onClick={() => setManaging(true)}>
        {branches.length > 1 ? t.manageBranches : t.history}
      </button>
      {isManaging && <BranchesDialog onClose={() => setManaging(false)} />}
    </div>
  );
}
