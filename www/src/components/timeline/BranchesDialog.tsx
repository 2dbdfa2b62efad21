import type { BranchView } from "chatting-time-wasm";

import { notKept } from "../../model/autosave";
import { branchName } from "../../model/branch-name";
import { usePlayground } from "../../model/context";
import { formatNumber } from "../../model/format";
import { note } from "../../model/status";
import { texts } from "../../texts";
import { Dialog } from "../Dialog";
import { IconButton } from "../IconButton";
import { StartOver } from "./StartOver";

const LONGEST_NAME = 40;

/** Every branch by name: where it forks off, how long it is; to rename, enter and remove. */
export function BranchesDialog({ onClose }: { onClose: () => void }) {
  const playground = usePlayground();
  const branches = playground.branches.value;
  const t = texts.current.timeline;
  return (
    <Dialog title={t.history} onClose={onClose}>
      <p class="soft">{t.branchesExplained}</p>
      <ul class="branches">
        {branches.map((one) => (
          <BranchRow key={one.branch} branch={one} />
        ))}
      </ul>
      {notKept.value && <p>{texts.current.notKept[notKept.value]}</p>}
      {playground.startsOver && <StartOver onDone={onClose} />}
    </Dialog>
  );
}

function BranchRow({ branch }: { branch: BranchView }) {
  const playground = usePlayground();
  const branches = playground.branches.value;
  const isHere = playground.moment.value.branch === branch.branch;
  const name = branchName(branches, branch.branch);
  const t = texts.current.timeline;
  const remove = (): void => {
    const former = playground.scenario();
    if (!former && !window.confirm(t.forGood)) return;
    if (!playground.removeBranch(branch.branch)) return;
    note(t.branchRemoved(name), former && { label: t.undo, run: () => playground.replace(former) });
  };
  return (
    <li>
      <label>
        <span class="visually-hidden">{t.nameOf(name)}</span>
        <input
          value={branch.name}
          placeholder={name}
          maxLength={LONGEST_NAME}
          onChange={(event) => playground.nameBranch(branch.branch, event.currentTarget.value.trim())}
        />
      </label>
      <p class="soft">
        {branch.from !== undefined && `${t.forksOff(branchName(branches, branch.from), formatNumber(branch.at))} · `}
        {t.steps(branch.steps, formatNumber(branch.steps))}
      </p>
      <button type="button" disabled={isHere} onClick={() => playground.enterBranch(branch.branch)}>
        {isHere ? t.here : t.enterBranch}
      </button>
      {branch.branch > 0 && <IconButton icon="remove" label={t.removeBranch(name)} onClick={remove} />}
    </li>
  );
}
