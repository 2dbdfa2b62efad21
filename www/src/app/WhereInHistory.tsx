import { Icon } from "../components/icons";
import { branchName } from "../model/branch-name";
import { usePlayground } from "../model/context";
import { texts } from "../texts";

/** On every screen: which branch and which step is looked at, and whether that is the past. */
export function WhereInHistory() {
  const playground = usePlayground();
  const { step, steps, branch } = playground.moment.value;
  const t = texts.current.history;
  return (
    <p class={step < steps ? "where where-past" : "where"}>
      {playground.branches.value.length > 1 && (
        <span>
          <Icon name="branch" /> {branchName(playground.branches.value, branch)}
        </span>
      )}
      <span>{step < steps ? t.past(step, steps) : t.present(step)}</span>
    </p>
  );
}
