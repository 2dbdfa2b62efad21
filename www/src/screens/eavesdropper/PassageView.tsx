import type { Passage, PassagePart } from "chatting-time-wasm";

import { Bytes } from "../../components/Bytes";
import { ClientMark } from "../../components/ClientMark";
import { Icon } from "../../components/icons";
import { usePlayground } from "../../model/context";
import { formatNumber, formatSeconds } from "../../model/format";
import { eavesdropperTexts } from "../../texts/eavesdropper";
import { ShowInLab } from "./ShowInLab";
import { isEncrypted } from "./transport";

/** What one end said: who, when, how much, and every byte of it. */
export function PassageView({ passage }: { passage: Passage }) {
  const name = usePlayground().moment.value.clients[passage.client]?.name ?? "";
  const t = eavesdropperTexts.current.captured;
  const time = formatSeconds(passage.from);
  return (
    <li class={`passage passage-${passage.direction} client-${passage.client}`}>
      <p class="passage-head">
        <span class="mono soft">{t.seconds(time)}</span>
        <b class="passage-who">
          <ClientMark client={passage.client} /> <Icon name={passage.direction} />{" "}
          {passage.direction === "toServer" ? t.to(name) : t.from(name)}
        </b>
        <span class="soft">
          {t.connection(passage.connection)} · {t.bytes(passage.length, formatNumber(passage.length))}
          {passage.pieces > 1 && ` · ${t.pieces(passage.pieces, formatNumber(passage.pieces))}`}
        </span>
        <ShowInLab observation={passage.first} label={t.inLab} about={t.inLabAbout(time)} />
      </p>
      {isEncrypted.value ? <Ciphertext passage={passage} /> : <PlainText passage={passage} />}
    </li>
  );
}

function PlainText({ passage }: { passage: Passage }) {
  const t = eavesdropperTexts.current.captured;
  return (
    <p class="passage-text">
      {joined(passage.parts).map((part, index) => (
        <Part key={index} part={part} />
      ))}
      {passage.cut > 0 && <span class="soft"> {t.more(formatNumber(passage.cut))}</span>}
    </p>
  );
}

function Part({ part: { bytes, secret } }: { part: Joined }) {
  if (!secret) return <Bytes text={bytes} />;
  return (
    <mark class={`secret secret-${secret}`}>
      <span class="visually-hidden">{eavesdropperTexts.current.kinds[secret]}: </span>
      <Bytes text={bytes} />
    </mark>
  );
}

type Joined = Pick<PassagePart, "bytes" | "secret">;

/** Neighbours that are the same to the reader as one: a byte alone is no element of its own. */
function joined(parts: readonly PassagePart[]): Joined[] {
  const result: Joined[] = [];
  for (const { bytes, secret } of parts) {
    const last = result.at(-1);
    if (last && last.secret === secret) last.bytes += bytes;
    else result.push(secret ? { bytes, secret } : { bytes });
  }
  return result;
}

/** As long as it is, and nothing else. */
function Ciphertext({ passage }: { passage: Passage }) {
  return (
    <p class="ciphertext">
      <span
        class="ciphertext-bar"
        style={{ "--length": Math.min(100, 8 * Math.log2(passage.length + 1)) }}
        aria-hidden="true"
      />
      <span class="soft">{eavesdropperTexts.current.captured.encrypted}</span>
    </p>
  );
}
