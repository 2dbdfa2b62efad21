// Single-key shortcuts. They are off while somebody types, while a dialog is open, and when the person turned them off.

import { useEffect } from "preact/hooks";

import { shortcuts } from "../model/settings";

export type Keys = Partial<Record<string, () => void>>;

/** While the component is there, these keys do this. */
export function useKeys(keys: Keys): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const action = keys[event.key];
      if (!action || event.defaultPrevented || !isShortcut(event)) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
}

function isShortcut(event: KeyboardEvent): boolean {
  if (shortcuts.peek() === "off" || event.ctrlKey || event.altKey || event.metaKey) return false;
  if (document.querySelector("dialog[open]")) return false;
  const target = event.target;
  return !(target instanceof HTMLElement && takesText(target));
}

/** Whether a key typed there means something to the element itself. */
function takesText(element: HTMLElement): boolean {
  if (element.isContentEditable || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement)
    return true;
  return element instanceof HTMLInputElement && !["checkbox", "radio", "range", "button"].includes(element.type);
}
