import { Panel } from "../../components/Panel";
import { usePlayground } from "../../model/context";
import { formatNumber } from "../../model/format";
import { eavesdropperTexts } from "../../texts/eavesdropper";

/** What is left for the eavesdropper when the connections are encrypted. It is not nothing. */
export function EncryptedLeaks() {
  const { total } = usePlayground().leaks(undefined, 0, 0);
  const t = eavesdropperTexts.current.encryptedLeaks;
  return (
    <Panel title={t.title} class="eavesdropper-list">
      <ul>
        {t.list.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      {total > 0 && <p>{t.none(total, formatNumber(total))}</p>}
    </Panel>
  );
}
