import { useId } from "preact/hooks";

import { CommandInput } from "../../components/client-card/CommandInput";
import { Dialogue } from "../../components/client-card/Dialogue";
import "../../components/client-card/client-card.css";
import { problem } from "../../model/status";
import { serverTexts } from "../../texts/server";
import { ConnectionActions } from "./ConnectionActions";
import { dialogueLines } from "./dialogue-lines";
import { LINE_BYTES } from "./line-limit";
import { RealClientHead } from "./RealClientHead";
import { RealClientNews } from "./RealClientNews";
import type { RealClient } from "./real-client";
import { shownText } from "./shown-text";

/** One person's desk at the real server. */
export function RealClientCard({ client }: { client: RealClient }) {
  const id = useId();
  const t = serverTexts.current;
  const name = t.client(client.client + 1);
  const showsTokens = client.showsTokens.value;
  const enter = (line: string): boolean => {
    const isTaken = client.enter(line);
    if (!isTaken) problem(t.tooMany);
    return isTaken;
  };
  return (
    <article class={`client-card real-client-card client-${client.client}`} aria-labelledby={id}>
      <RealClientHead client={client} name={name} id={id} />
      <Dialogue lines={dialogueLines(client.dialogue.entries.value, showsTokens)} name={name} />
      <RealClientNews client={client} />
      <div class="client-card-input">
        <CommandInput
          client={client.client}
          name={name}
          prompt={shownText(client.desk.value.prompt, showsTokens)}
          earlier={client.earlier.value}
          maxLength={LINE_BYTES}
          enter={enter}
        />
        <ConnectionActions client={client} />
      </div>
    </article>
  );
}
