import { Icon } from "../../components/icons";
import { serverTexts } from "../../texts/server";
import { canBeOverheard } from "./address";
import "./safety-notes.css";

/** What becomes of passwords and tokens: here, on the way, and on the server. */
export function SafetyNotes({ address }: { address: URL }) {
  const t = serverTexts.current;
  return (
    <div class="safety-notes">
      {canBeOverheard(address) && (
        <p class="safety-notes-overheard">
          <Icon name="warning" /> {t.overheard}
        </p>
      )}
      <p>
        {t.keptNowhere} {t.stayConnected}
      </p>
    </div>
  );
}
