import { useState } from "preact/hooks";

import { StatusRegion } from "../components/StatusRegion";
import { PlaygroundContext } from "../model/context";
import type { Playground } from "../model/playground";
import { texts } from "../texts";
import { Header } from "./Header";
import { KeysDialog } from "./KeysDialog";
import { useKeys } from "./keys";
import { Screen } from "./Screen";
import "./app.css";

/** The shell around every screen. The Lab's playground is there for all of them. */
export function App({ playground }: { playground: Playground }) {
  const [showsKeys, setShowsKeys] = useState(false);
  useKeys({ "?": () => setShowsKeys(true) });
  return (
    <PlaygroundContext.Provider value={playground}>
      <a class="skip visually-hidden" href="#content">
        {texts.current.skipToContent}
      </a>
      <Header onKeys={() => setShowsKeys(true)} />
      <main id="content" tabIndex={-1}>
        <Screen />
      </main>
      <StatusRegion />
      {showsKeys && <KeysDialog onClose={() => setShowsKeys(false)} />}
    </PlaygroundContext.Provider>
  );
}
