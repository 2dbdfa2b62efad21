import { href } from "../../app/router";
import { usePlayground } from "../../model/context";

interface Props {
  observation: number;
  label: string;
  /** The same in full, for those who hear it alone. */
  about: string;
}

/** Leads to where it happened: selected in the Lab, with its causes and effects. */
export function ShowInLab({ observation, label, about }: Props) {
  const { selection } = usePlayground();
  return (
    <a class="show-in-lab" href={href("lab")} aria-label={about} onClick={() => selection.select(observation)}>
      {label}
    </a>
  );
}
