import { Panel } from "../../components/Panel";
import { usePlayground } from "../../model/context";
import { eavesdropperTexts } from "../../texts/eavesdropper";
import { outcomeOf, ownerLogsOut, stealAgain, theft } from "./theft";
import { isEncrypted } from "./transport";

/** What protects, and, after a theft, the session's end to be seen. */
export function Protection() {
  const playground = usePlayground();
  const { value: moment } = playground.moment;
  const t = eavesdropperTexts.current.protection;
  const latest = theft.value;
  const canTry = !isEncrypted.value && latest && outcomeOf(moment, latest) !== undefined;
  const isAlive = moment.server.sessions.some((one) => one.token === latest?.token && one.change !== "removed");
  return (
    <Panel title={t.title} class="eavesdropper-list">
      <ul>
        {t.list.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      {canTry &&
        (isAlive ? (
          <p>
            <button type="button" onClick={() => ownerLogsOut(playground, latest) && stealAgain(playground, latest)}>
              {t.logOut(latest.owner)}
            </button>
          </p>
        ) : (
          <p>
            {t.ended}{" "}
            <button type="button" onClick={() => stealAgain(playground, latest)}>
              {t.again}
            </button>
          </p>
        ))}
    </Panel>
  );
}
