import type { MailboxView } from "chatting-time-wasm";

import { concernsMailbox } from "../../model/concerns";
import { usePlayground } from "../../model/context";
import { formatNumber } from "../../model/format";
import { texts } from "../../texts";
import { ChangeMark, StateRow, StateSection } from "./StateTable";

export function Mailboxes() {
  const { mailboxes } = usePlayground().moment.value.server;
  const t = texts.current.serverState;
  return (
    <StateSection
      title={t.mailboxes}
      count={mailboxes.filter((one) => one.change !== "removed").length}
      empty={t.noUsers}
      changed={mailboxes.some((one) => one.change !== "none")}
    >
      {mailboxes.map((one) => (
        <StateRow key={one.username} change={one.change} concerns={concernsMailbox(one)}>
          <b>{one.username}</b> <span class="soft">{t.messages(one.count, formatNumber(one.count))}</span>
          {one.handingOver > 0 && <small>{t.handingOver(one.handingOver)}</small>}
          <Messages mailbox={one} />
        </StateRow>
      ))}
    </StateSection>
  );
}

/** The messages in front, oldest first. */
function Messages({ mailbox }: { mailbox: MailboxView }) {
  const t = texts.current.serverState;
  const more = mailbox.count - mailbox.messages.filter((one) => one.change !== "removed").length;
  return (
    <>
      {mailbox.messages.map((message) => (
        <small key={message.number} class={`state-message state-${message.change}`}>
          <span class="soft">{message.from}:</span> {message.text} <ChangeMark change={message.change} />
        </small>
      ))}
      {more > 0 && <small class="soft">{t.moreMessages(formatNumber(more))}</small>}
    </>
  );
}
