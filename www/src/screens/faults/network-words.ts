// A network in words.

import type { Network } from "chatting-time-wasm";

import { formatNumber } from "../../model/format";
import { faultsTexts } from "../../texts/faults";

export function networkWords(network: Network): string[] {
  const t = faultsTexts.current.inForce;
  const { latency, jitter, pieceBytes, splitAt, join, stalled } = network;
  const words = [
    stalled ? t.stalled : t.latency(formatNumber(latency)),
    !stalled && jitter > 0 && t.jitter(formatNumber(jitter)),
    pieceBytes !== undefined && t.pieceBytes(pieceBytes, formatNumber(pieceBytes)),
    splitAt !== undefined && t.splitAt(formatNumber(splitAt)),
    join !== undefined && t.join(formatNumber(join)),
  ];
  return words.filter((word) => word !== false);
}
