import type { ClientView } from "chatting-time-wasm";

import { texts } from "../../texts";
import { Bytes } from "../Bytes";

/** What arrived and is no whole reply yet: the receive buffer, seen only when there is something in it. */
export function Received({ view }: { view: ClientView }) {
  if (view.received === "") return null;
  return (
    <div class="received">
      <h3>{texts.current.client.received}</h3>
      <Bytes text={view.received} />
    </div>
  );
}
