import { dismiss, status } from "../model/status";
import { texts } from "../texts";
import { IconButton } from "./IconButton";
import { Icon } from "./icons";
import "./status-region.css";

/** Where the page speaks in passing. It stays until it is dismissed or something newer is said. */
export function StatusRegion() {
  const said = status.value;
  return (
    <div class="status-region" role="status" aria-live="polite">
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
