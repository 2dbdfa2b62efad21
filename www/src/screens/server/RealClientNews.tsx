import { serverTexts } from "../../texts/server";
import type { ConnectionState } from "./connection";
import type { RealClient } from "./real-client";

/** What is wrong with the connection, in sentences: that it is slow, or why it is over. */
export function RealClientNews({ client }: { client: RealClient }) {
  const t = serverTexts.current.connection;
  const { isSlow, username } = client.desk.value;
  const state = client.state.value;
  const reasons: Partial<Record<ConnectionState, string>> = t.reasons;
  const reason = reasons[state];
  return (
    <div class="real-client-news" role="status">
      {isSlow && <p>{state === "connecting" ? t.slowToConnect : t.slow}</p>}
      {reason && <p>{reason}</p>}
      {reason && username && <p>{t.sessionKept}</p>}
    </div>
  );
}
