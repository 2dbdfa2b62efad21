import { ClientMark } from "../../components/ClientMark";
import { Icon } from "../../components/icons";
import { Panel } from "../../components/Panel";
import { formatNumber } from "../../model/format";
import { language } from "../../texts/language";
import { serverTexts } from "../../texts/server";
import type { RealServer } from "./real-server";
import type { RecentRow } from "./recent";
import { shownText } from "./shown-text";
import "./recent-exchanges.css";

/** The latest requests and replies, newest first. */
export function RecentExchanges({ server }: { server: RealServer }) {
  const t = serverTexts.current.recent;
  const rows = server.recent.rows.value;
  const clear = (
    <button type="button" onClick={() => server.recent.clear()} disabled={rows.length === 0}>
      {t.clear}
    </button>
  );
  return (
    <Panel title={t.title} aside={clear} class="recent">
      <p class="recent-bound soft">{rows.length === 0 ? t.none : t.bound}</p>
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
        <section class="recent-rows" aria-label={t.newestFirst} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.time}</th>
                <th scope="col">{t.client}</th>
                <th scope="col">{t.direction}</th>
                <th scope="col">{t.text}</th>
              </tr>
            </thead>
            <tbody>
              {rows.toReversed().map((row) => (
                <Row key={row.number} row={row} showsTokens={showsTokensOf(server, row)} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Panel>
  );
}

function Row({ row, showsTokens }: { row: RecentRow; showsTokens: boolean }) {
  const t = serverTexts.current;
  const time = new Intl.DateTimeFormat(language.value, { timeStyle: "medium" }).format(row.at);
  return (
    <tr>
      <td class="recent-time">{time}</td>
      <td>
        <ClientMark client={row.client} /> {row.client + 1}
      </td>
      <td>
        <Icon name={row.direction} />
        <span class="visually-hidden">{t.recent.directions[row.direction]}</span>
        {row.took !== undefined && <span class="recent-took">{t.recent.took(formatNumber(Math.round(row.took)))}</span>}
      </td>
      <td class="recent-text">
        <code>{shownText(row.parts, showsTokens)}</code>
        {row.cut > 0 && <span class="soft"> {t.recent.cut(formatNumber(row.cut))}</span>}
      </td>
    </tr>
  );
}

function showsTokensOf(server: RealServer, row: RecentRow): boolean {
  return server.clients.value[row.client]?.showsTokens.value ?? false;
}
