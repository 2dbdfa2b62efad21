import { escapeBytes, type ObservationDetail } from "chatting-time-wasm";

import { useKeys } from "../../app/keys";
import { usePlayground } from "../../model/context";
import { formatNumber, formatSeconds } from "../../model/format";
import { setting } from "../../model/settings";
import { texts } from "../../texts";
import { Bytes } from "../Bytes";
import { Hex } from "../Hex";
import { IconButton } from "../IconButton";
import { bytesOf, contentText, kindText } from "./describe";
import { Links } from "./Links";
import "./detail.css";

const hex = setting("hex", ["off", "on"], "off");

/** Escaped text of more bytes than this is cut: the whole of it is in the exports. */
const SHOWN = 4_000;

/** The selected observation in full: its bytes, what led to it, what it led to. */
export function Detail() {
  const playground = usePlayground();
  const selected = playground.selection.selected.value;
  const detail = selected === undefined ? undefined : playground.observation(selected);
  const toggleHex = (): void => {
    hex.value = hex.peek() === "on" ? "off" : "on";
  };
  useKeys({ h: toggleHex });
  const t = texts.current.trace;
  if (!detail) return <p class="detail detail-hint soft">{t.selectHint}</p>;
  return (
    <section class="detail" aria-label={t.detail}>
      <DetailHead detail={detail} />
      <Content detail={detail} />
      {detail.bytes && (
        <label class="detail-hex">
          <input type="checkbox" checked={hex.value === "on"} onChange={toggleHex} />
          {t.hex}
        </label>
      )}
      {detail.bytes && hex.value === "on" && (
        <Hex bytes={detail.bytes} label={t.hex} more={(n) => t.moreBytes(formatNumber(n))} />
      )}
      <Links title={t.causes} observations={detail.row.observation.causes} />
      <Links title={t.effects} observations={detail.effects} />
    </section>
  );
}

function DetailHead({ detail: { row } }: { detail: ObservationDetail }) {
  const playground = usePlayground();
  const t = texts.current.trace;
  const { observation, client, connection, direction, length } = row;
  const facts = [
    t.atTime(formatSeconds(observation.time)),
    t.inStep(formatNumber(observation.step)),
    client !== undefined && playground.moment.value.clients[client]?.name,
    connection !== undefined && t.onConnection(connection),
    direction && t.directions[direction],
    length !== undefined && t.bytes(length, formatNumber(length)),
  ].filter(Boolean);
  return (
    <header class="detail-head">
      <h3>{kindText(observation.what)}</h3>
      <p class="soft">{facts.join(" · ")}</p>
      <IconButton
        icon="close"
        label={t.unselect}
        class="plain"
        onClick={() => playground.selection.select(undefined)}
      />
    </header>
  );
}

function Content({ detail: { row, bytes } }: { detail: ObservationDetail }) {
  const { what } = row.observation;
  if (bytesOf(what) === undefined) return <p class="detail-content">{contentText(what)}</p>;
  const whole = bytes ? escapeBytes(bytes.subarray(0, SHOWN)) : "";
  const hidden = (bytes?.length ?? 0) - SHOWN;
  return (
    <p class="detail-content">
      <Bytes text={whole} />
      {hidden > 0 && <span class="soft"> {texts.current.trace.moreBytes(formatNumber(hidden))}</span>}
    </p>
  );
}
