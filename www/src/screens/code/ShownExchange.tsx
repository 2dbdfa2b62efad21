import type { Exchange } from "chatting-time-wasm";

import { Bytes } from "../../components/Bytes";
import { codeTexts } from "../../texts/code";

/** The request and its reply, byte for byte. */
export function ShownExchange({ exchange }: { exchange: Exchange }) {
  const t = codeTexts.current;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
    <section class="code-exchange" aria-label={t.exchange} tabIndex={0}>
      <dl>
        <dt>{t.request}</dt>
        <dd>
          <Bytes text={exchange.requestBytes} />
        </dd>
        <dt>{t.reply}</dt>
        <dd>
          {exchange.replyBytes === undefined ? (
            <span class="soft">{t.noReply}</span>
          ) : (
            <Bytes text={exchange.replyBytes} />
          )}
        </dd>
      </dl>
    </section>
  );
}
