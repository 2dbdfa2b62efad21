import { useLayoutEffect, useRef } from "preact/hooks";

import { dismiss, status } from "../model/status";
import { texts } from "../texts";
import { IconButton } from "./IconButton";
import { Icon } from "./icons";
import "./status-region.css";

/** Where the page speaks in passing. It stays until it is dismissed or something newer is said, and covers nothing. */
export function StatusRegion() {
  const region = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => giveRoomTo(region.current), []);
  const said = status.value;
  return (
    <div class="status-region" role="status" aria-live="polite" ref={region}>
      {said && (
        <div class={`status status-${said.kind}`}>
          <Icon name={said.kind === "problem" ? "warning" : "done"} />
          <p>{said.text}</p>
          {said.action && (
            <button
              type="button"
              onClick={() => {
                const { action } = said;
                dismiss();
                action?.run();
              }}
            >
              {said.action.label}
            </button>
          )}
          <IconButton icon="close" label={texts.current.close} class="plain" onClick={dismiss} />
        </div>
      )}
    </div>
  );
}

/** Tells whatever keeps to the lower edge of the window how much of it is taken. */
function giveRoomTo(region: HTMLElement | null): (() => void) | undefined {
  if (!region) return undefined;
  const observer = new ResizeObserver(() => {
    document.documentElement.style.setProperty(
      "--status-height",
      `${Math.ceil(region.getBoundingClientRect().height)}px`,
    );
  });
  observer.observe(region);
  return () => observer.disconnect();
}
