import type { ButtonHTMLAttributes } from "preact";

import { Icon, type IconName } from "./icons";
import "./icon-button.css";

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "icon" | "label"> {
  icon: IconName;
  /** What it does: its name and its tooltip. */
  label: string;
  /** The key that does the same, for the tooltip. */
  shortcut?: string;
}

/** A button that shows only a symbol. */
export function IconButton({ icon, label, shortcut, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      class={`icon-button ${rest.class ?? ""}`}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      title={shortcut ? `${label} (${shortcut})` : label}
    >
      <Icon name={icon} />
    </button>
  );
}
