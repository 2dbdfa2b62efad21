import { useMemo } from "preact/hooks";

import { Dialog } from "../components/Dialog";
import { usePlayground } from "../model/context";
import { sharingTexts } from "../texts/sharing";
import { FormerScenarios } from "./FormerScenarios";
import { ShareExports } from "./ShareExports";
import { ShareFile } from "./ShareFile";
import { ShareLink } from "./ShareLink";
import { UnreadableScenarios } from "./UnreadableScenarios";
import "./share-dialog.css";

/** The scenario as a link and as a file, and what happened in it in the formats of other programs. */
export function ShareDialog({ onClose }: { onClose: () => void }) {
  const playground = usePlayground();
  // Nothing changes it while the dialog is in front of it.
  const scenario = useMemo(() => playground.scenario(), [playground]);
  return (
    <Dialog title={sharingTexts.current.title} onClose={onClose}>
      <div class="share">
        <ShareLink scenario={scenario} />
        <ShareFile scenario={scenario} onOpened={onClose} />
        <ShareExports seed={scenario.seed} />
        <FormerScenarios onOpened={onClose} />
        <UnreadableScenarios />
      </div>
    </Dialog>
  );
}
