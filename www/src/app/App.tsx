import { useState } from "preact/hooks";

import { StatusRegion } from "../components/StatusRegion";
import { inPlaceOfLab, LabContext, PlaygroundContext } from "../model/context";
import type { Playground } from "../model/playground";
import { texts } from "../texts";
import { Header } from "./Header";
import { HelpDialog } from "./HelpDialog";
import { useKeys } from "./keys";
import { Screen } from "./Screen";
import "./app.css";

/** The shell around every screen. The Lab's playground is there for all of them; the header is about the one that is shown. */
export function App({ lab }: { lab: Playground }) {
  const [showsHelp, setShowsHelp] = useState(false);
  useKeys({ "?": () => setShowsHelp(true) });
  return (
    <LabContext.Provider value={lab}>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to a place on the page, which the address must not name */}
      <a class="skip visually-hidden" href="#content" onClick={skipToContent}>
        {texts.current.skipToContent}
      </a>
      <PlaygroundContext.Provider value={inPlaceOfLab.value ?? lab}>
        <Header onHelp={() => setShowsHelp(true)} />
      </PlaygroundContext.Provider>
      <main id="content" tabIndex={-1}>
        <PlaygroundContext.Provider value={lab}>
          <Screen />
        </PlaygroundContext.Provider>
      </main>
      <StatusRegion />
      {showsHelp && <HelpDialog onClose={() => setShowsHelp(false)} />}
    </LabContext.Provider>
  );
}

/** The address names the screen, so a place on it stays out of there. */
function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}
