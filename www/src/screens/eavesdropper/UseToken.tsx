import { Panel } from "../../components/Panel";
import { usePlayground } from "../../model/context";
import { eavesdropperTexts } from "../../texts/eavesdropper";
import { TheftForm } from "./TheftForm";
import { TheftResult } from "./TheftResult";
import { isEncrypted } from "./transport";
import "./use-token.css";

/** Tokens to choose from, the latest ones. */
const MOST = 50;

/** What an overheard token is good for. */
export function UseToken() {
  const playground = usePlayground();
  const t = eavesdropperTexts.current;
  const { total } = playground.leaks("token", 0, 0);
  const { leaks } = playground.leaks("token", Math.max(0, total - MOST), MOST);
  return (
    <Panel title={t.use.title} class="use-token">
      <p>{t.use.explained}</p>
      {isEncrypted.value ? (
        <p class="use-token-none">{t.encryptedLeaks.noToken}</p>
      ) : leaks.length === 0 ? (
        <p class="use-token-none soft">{t.use.none}</p>
      ) : (
        <>
          <TheftForm leaks={leaks} />
          <TheftResult />
        </>
      )}
    </Panel>
  );
}
