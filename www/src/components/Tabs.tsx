import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

import "./tabs.css";

interface Props<Value extends string> {
  label: string;
  tabs: readonly { value: Value; label: ComponentChildren; content: ComponentChildren }[];
  value: Value;
  onChange: (value: Value) => void;
}

/** Panels of which one is seen at a time. Left, Right, Home and End change the tab, as everywhere. */
export function Tabs<Value extends string>({ label, tabs, value, onChange }: Props<Value>) {
  const id = useId();
  const at = tabs.findIndex((tab) => tab.value === value);
  const move = (event: KeyboardEvent): void => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!tab) return;
    event.preventDefault();
    onChange(tab.value);
    document.getElementById(`${id}-${tab.value}`)?.focus();
  };
  return (
    <div class="tabs">
      <div class="tab-list" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map((tab) => (
          <button
            key={tab.value}
            type="button"
            role="tab"
            id={`${id}-${tab.value}`}
            aria-selected={tab.value === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.value === value ? 0 : -1}
            onClick={() => onChange(tab.value)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div class="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`}>
        {tabs[at]?.content}
      </div>
    </div>
  );
}
