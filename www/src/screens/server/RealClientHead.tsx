import { ClientMark } from "../../components/ClientMark";
import { serverTexts } from "../../texts/server";
import type { RealClient } from "./real-client";

/** Who it is, how the connection is, and whose session the terminal remembers. */
export function RealClientHead({ client, name, id }: { client: RealClient; name: string; id: string }) {
  const t = serverTexts.current;
  const { username, unanswered } = client.desk.value;
  const showsTokens = client.showsTokens.value;
  return (
    <header class="client-head">
      <h2 id={id}>
        <ClientMark client={client.client} />
        {name}
      </h2>
      <p class={`client-light real-light-${client.state.value}`}>
        {t.connection.states[client.state.value]}
        {unanswered > 0 && <span class="soft">, {t.connection.unanswered(unanswered)}</span>}
      </p>
      <p class="client-session real-client-session">
        <span class={username ? "" : "soft"}>{username ?? t.session.none}</span>
        {(username || showsTokens) && (
          <button
            type="button"
            aria-pressed={showsTokens}
            onClick={() => {
              client.showsTokens.value = !showsTokens;
            }}
          >
            {t.session.showTokens}
          </button>
        )}
      </p>
    </header>
  );
}
