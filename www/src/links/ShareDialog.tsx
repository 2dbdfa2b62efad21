import { useMemo } from "preact/hooks";

import { Dialog } from "../components/Dialog";
import { useLab, usePlayground } from "../model/context";
import { sharingTexts } from "../texts/sharing";
import { FormerScenarios } from "./FormerScenarios";
import { ShareExports } from "./ShareExports";
import { ShareFile } from "./ShareFile";
import { ShareLink } from "./ShareLink";
import { UnreadableScenarios } from "./UnreadableScenarios";
import "./share-dialog.css";

/** What is shown, as a link, as a file and in the formats of other programs; and scenarios that can be opened in the Lab. */
export function ShareDialog({ onClose }: { onClose: () => void }) {
  const playground = usePlayground();
  const lab = useLab();
  // Nothing changes it while the dialog is in front of it.
  const scenario = useMemo(() => playground.scenario(), [playground]);
  return (
    <Dialog title={sharingTexts.current.title} onClose={onClose}>
      <div class="share">
        <ShareLink scenario={scenario} />
        <ShareFile scenario={scenario} lab={lab} onOpened={onClose} />
        {scenario && <ShareExports seed={scenario.seed} />}
        <FormerScenarios lab={lab} onOpened={onClose} />
        <UnreadableScenarios />
      </div>
    </Dialog>
  );
}
