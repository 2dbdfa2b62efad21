import { useState } from "preact/hooks";

import { StatusRegion } from "../components/StatusRegion";
import { PlaygroundContext } from "../model/context";
import type { Playground } from "../model/playground";
import { texts } from "../texts";
import { Header } from "./Header";
import { HelpDialog } from "./HelpDialog";
import { useKeys } from "./keys";
import { Screen } from "./Screen";
import "./app.css";

/** The shell around every screen. The Lab's playground is there for all of them. */
export function App({ playground }: { playground: Playground }) {
  const [showsHelp, setShowsHelp] = useState(false);
  useKeys({ "?": () => setShowsHelp(true) });
  return (
    <PlaygroundContext.Provider value={playground}>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to a place on the page, which the address must not name */}
      <a class="skip visually-hidden" href="#content" onClick={skipToContent}>
        {texts.current.skipToContent}
      </a>
      <Header onHelp={() => setShowsHelp(true)} />
      <main id="content" tabIndex={-1}>
        <Screen />
      </main>
      <StatusRegion />
      {showsHelp && <HelpDialog onClose={() => setShowsHelp(false)} />}
    </PlaygroundContext.Provider>
  );
}

/** The address names the screen, so a place on it stays out of there. */
function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}
