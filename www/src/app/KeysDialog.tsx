import { Dialog } from "../components/Dialog";
import { shortcuts } from "../model/settings";
import { type Texts, texts } from "../texts";
import "./keys-dialog.css";

type Action = keyof Texts["keys"]["actions"];

const GROUPS: Record<keyof Texts["keys"]["groups"], [string, Action][]> = {
  time: [
    ["p", "playPause"],
    [".", "step"],
    [",", "stepBack"],
    ["[", "toStart"],
    ["]", "toEnd"],
    ["r", "untilQuiet"],
  ],
  go: [
    ["1 – 6", "client"],
    ["t", "trace"],
    ["/", "filter"],
  ],
  show: [
    ["v", "view"],
    ["h", "hex"],
    ["?", "help"],
  ],
};

/** Every key that does something, and the switch that turns them all off. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const t = texts.current.keys;
  return (
    <Dialog title={t.title} onClose={onClose}>
      <p class="soft">{t.off}</p>
      <div class="keys-groups">
        {(Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => (
          <section key={group}>
            <h2>{t.groups[group]}</h2>
            <dl>
              {GROUPS[group].map(([key, action]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{t.actions[action]}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label class="keys-enabled">
        <input
          type="checkbox"
          checked={shortcuts.value === "on"}
          onChange={(event) => {
            shortcuts.value = event.currentTarget.checked ? "on" : "off";
          }}
        />
        {t.enabled}
      </label>
    </Dialog>
  );
}
