import { type Texts, texts } from "../texts";

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

/** The single-key shortcuts, by what they are for. */
export function KeyList() {
  const t = texts.current.keys;
  return (
    <div class="key-list">
      {(Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => (
        <section key={group}>
          <h3>{t.groups[group]}</h3>
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
  );
}
