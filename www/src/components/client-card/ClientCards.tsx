import type { ClientView, Moment } from "chatting-time-wasm";
import { useMemo } from "preact/hooks";

import { usePlayground } from "../../model/context";
import { texts } from "../../texts";
import { AddClient } from "./AddClient";
import { actionsInPlayground } from "./actions";
import { ClientCard } from "./ClientCard";

const MOST = 6;

/** All clients of the playground, and room for one more. */
export function ClientCards() {
  const playground = usePlayground();
  const { clients } = playground.moment.value;
  return (
    <section class="client-cards" aria-label={texts.current.client.all}>
      {clients.map((view) => (
        <CardInPlayground key={view.client} view={view} />
      ))}
      {clients.length < MOST && <AddClient />}
    </section>
  );
}

function CardInPlayground({ view }: { view: ClientView }) {
  const playground = usePlayground();
  const actions = useMemo(() => actionsInPlayground(playground, view.client), [playground, view.client]);
  return (
    <ClientCard
      view={view}
      actions={actions}
      hint={hintFor(view, playground.moment.value)}
      selected={playground.selection.selected.value}
      related={playground.selection.related.value}
    />
  );
}

/** What a newcomer may try: log in, then write to somebody else. */
function hintFor(view: ClientView, moment: Moment): string | undefined {
  if (view.unanswered > 0) return undefined;
  const users = moment.server.users.map((user) => user.username);
  if (!view.token) return users.includes(view.name) ? `auth ${view.name} surabaya` : "help";
  const [other] = users.filter((user) => user !== view.username).reverse();
  if (view.dialogue.some((line) => line.kind === "entered" && line.text.includes("send"))) return undefined;
  return other && `send ${other} halo`;
}
