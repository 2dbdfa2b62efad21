import { useKeys } from "../../app/keys";
import { Icon } from "../../components/icons";
import { serverTexts } from "../../texts/server";
import { RealClientCard } from "./RealClientCard";
import type { RealServer } from "./real-server";

/** All clients of the real server, and room for one more. */
export function RealClientCards({ server }: { server: RealServer }) {
  const t = serverTexts.current;
  useKeys(Object.fromEntries(server.clients.value.map(({ client }) => [`${client + 1}`, () => focusInput(client)])));
  return (
    <section class="real-clients" aria-label={t.clients}>
      <div class="real-client-cards">
        {server.clients.value.map((client) => (
          <RealClientCard key={client.key} client={client} />
        ))}
      </div>
      {server.hasRoom && (
        <button type="button" class="add-client" onClick={() => server.add()}>
          <Icon name="plus" /> {t.add}
        </button>
      )}
    </section>
  );
}

function focusInput(client: number): void {
  document.querySelector<HTMLElement>(`[data-client-input="${client}"]`)?.focus();
}
