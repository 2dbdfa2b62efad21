import { Dialog } from "../components/Dialog";
import { OneFileLink } from "../components/OneFileLink";
import { shortcuts } from "../model/settings";
import { needsOneFile, offline } from "../offline/registration";
import { texts } from "../texts";
import { KeyList } from "./KeyList";
import "./help-dialog.css";

/** Every key that does something, the switch that turns them all off, what works without a network, and what the simulation leaves out. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const t = texts.current;
  return (
    <Dialog title={t.help.title} onClose={onClose}>
      <section class="help-part">
        <h2>{t.keys.title}</h2>
        <p class="soft">{t.keys.off}</p>
        <KeyList />
        <label class="help-switch">
          <input
            type="checkbox"
            checked={shortcuts.value === "on"}
            onChange={(event) => {
              shortcuts.value = event.currentTarget.checked ? "on" : "off";
            }}
          />
          {t.keys.enabled}
        </label>
      </section>
      <WithoutNetwork />
      <section class="help-part">
        <h2>{t.help.simplified}</h2>
        {t.help.simplifications.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </section>
    </Dialog>
  );
}

/** Whether the page is stored; where it can't be, the way to the one file that needs no storing. */
function WithoutNetwork() {
  const t = texts.current.help;
  const isOneFile = window.location.protocol === "file:";
  return (
    <section class="help-part">
      <h2>{t.offline}</h2>
      <p>{isOneFile ? t.isOneFile : t.offlineStates[offline.value]}</p>
      {needsOneFile.value && (
        <p>
          <OneFileLink />
        </p>
      )}
    </section>
  );
}
