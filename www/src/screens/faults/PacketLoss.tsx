import { faultsTexts } from "../../texts/faults";

/** Said where people look for it: there is none in TCP. */
export function PacketLoss() {
  const t = faultsTexts.current.loss;
  return (
    <details class="faults-loss">
      <summary>{t.title}</summary>
      {t.text.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
    </details>
  );
}
