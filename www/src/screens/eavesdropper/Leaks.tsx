import type { Leak } from "chatting-time-wasm";

import { Bytes } from "../../components/Bytes";
import { ClientMark } from "../../components/ClientMark";
import { Panel } from "../../components/Panel";
import { usePlayground } from "../../model/context";
import { formatNumber, formatSeconds } from "../../model/format";
import { eavesdropperTexts } from "../../texts/eavesdropper";
import { ShowInLab } from "./ShowInLab";
import { useWindow, WindowButtons } from "./window";
import "./leaks.css";

/** Leaks mounted at a time. */
const SIZE = 50;

/** Every secret that was overheard: what, whose, when. */
export function Leaks() {
  const playground = usePlayground();
  const { total } = playground.leaks(undefined, 0, 0);
  const [from, move] = useWindow(total, SIZE);
  const { leaks } = playground.leaks(undefined, from, SIZE);
  const t = eavesdropperTexts.current.leaks;
  return (
    <Panel title={t.title} aside={<span class="soft">{formatNumber(total)}</span>} class="leaks">
      <WindowButtons from={from} size={SIZE} total={total} onMove={move} />
      {total === 0 ? (
        <p class="leaks-none soft">{t.none}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t.columns.what}</th>
              <th scope="col">{t.columns.secret}</th>
              <th scope="col">{t.columns.who}</th>
              <th scope="col">{t.columns.when}</th>
              <th scope="col">{t.columns.where}</th>
            </tr>
          </thead>
          <tbody>
            {leaks.map((leak, index) => (
              <LeakRow key={`${leak.observation}/${index}`} leak={leak} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function LeakRow({ leak }: { leak: Leak }) {
  const t = eavesdropperTexts.current;
  const kind = t.kinds[leak.kind];
  const time = formatSeconds(leak.time);
  return (
    <tr class={`client-${leak.client}`}>
      <td>
        <mark class={`secret secret-${leak.kind}`}>{kind}</mark>
      </td>
      <td class="leak-secret">
        <Bytes text={leak.text} />{" "}
        <small>
          {leak.cut > 0 && t.leaks.cut(formatNumber(leak.length))} {leak.accepted && t.leaks.accepted}{" "}
          {leak.times > 1 && t.leaks.times(formatNumber(leak.times))}
        </small>
      </td>
      <td>
        <ClientMark client={leak.client} /> <Whose leak={leak} />
      </td>
      <td class="mono">{t.captured.seconds(time)}</td>
      <td>
        <ShowInLab observation={leak.observation} label={t.leaks.link} about={t.leaks.linkAbout(kind, time)} />
      </td>
    </tr>
  );
}

function Whose({ leak: { kind, about, client, direction } }: { leak: Leak }) {
  const name = usePlayground().moment.value.clients[client]?.name ?? "";
  const t = eavesdropperTexts.current.leaks;
  if (kind !== "messageText") return <>{about ?? t.unknown(name)}</>;
  if (direction === "toServer") return <>{about ? t.sentTo(name, about) : t.sent(name)}</>;
  return <>{about ? t.receivedFrom(name, about) : t.received(name)}</>;
}
