import type { ClientView, Reader } from "chatting-time-wasm";

import { texts } from "../../texts";
import { Icon } from "../icons";
import type { ClientActions } from "./actions";

const READERS: readonly Reader[] = ["framed", "eachPiece"];

/** What can be done to the connection itself, folded away until it is wanted. */
export function ConnectionControls({ view, actions }: { view: ClientView; actions: ClientActions }) {
  const t = texts.current.client;
  const isThere = view.state === "open" || view.state === "halfClosed";
  const { connect, endSending, close, reset, setReader } = actions;
  if (!connect && !close) return null;
  return (
    <details class="connection-controls">
      <summary>
        {t.connection} <Icon name="down" />
      </summary>
      <div class="connection-buttons">
        {connect && (
          <button type="button" onClick={connect} disabled={isThere}>
            {t.connect}
          </button>
        )}
        {endSending && (
          <button type="button" onClick={endSending} disabled={view.state !== "open"} title={t.endSendingHint}>
            {t.endSending}
          </button>
        )}
        {close && (
          <button type="button" onClick={close} disabled={!isThere}>
            {t.close}
          </button>
        )}
        {reset && (
          <button type="button" onClick={reset} disabled={!isThere} title={t.resetHint}>
            {t.reset}
          </button>
        )}
      </div>
      {setReader && (
        <label class="connection-reader">
          {t.reader}
          <select value={view.reader} onChange={(event) => setReader(event.currentTarget.value as Reader)}>
            {READERS.map((reader) => (
              <option key={reader} value={reader}>
                {t.readers[reader]}
              </option>
            ))}
          </select>
        </label>
      )}
    </details>
  );
}
