import { serverTexts } from "../../texts/server";
import type { RealClient } from "./real-client";

/** The one thing that can be done to the connection now. */
export function ConnectionActions({ client }: { client: RealClient }) {
  const t = serverTexts.current.connection;
  switch (client.state.value) {
    case "open":
      return (
        <button type="button" onClick={() => client.disconnect()}>
          {t.disconnect}
        </button>
      );
    case "connecting":
      return (
        <button type="button" onClick={() => client.disconnect()}>
          {t.giveUp}
        </button>
      );
    default:
      return (
        <button type="button" onClick={() => client.connect()}>
          {client.state.value === "never" ? t.connect : t.again}
        </button>
      );
  }
}
