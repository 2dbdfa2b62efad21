import { OpenedAsFile } from "./OpenedAsFile";
import { RealBand } from "./RealBand";
import { RealClientCards } from "./RealClientCards";
import { RecentExchanges } from "./RecentExchanges";
import { realServer } from "./real-server";
import { SafetyNotes } from "./SafetyNotes";
import "./server.css";

/** Clients of the server that served this page, and what went over their connections. */
export function Server() {
  const server = realServer();
  return (
    <div class="server-screen">
      {server ? (
        <>
          <RealBand address={server.address} />
          <SafetyNotes address={server.address} />
          <RealClientCards server={server} />
          <RecentExchanges server={server} />
        </>
      ) : (
        <OpenedAsFile />
      )}
    </div>
  );
}
