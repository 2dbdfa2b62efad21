import { useState } from "preact/hooks";

import { usePlayground } from "../../model/context";
import { texts } from "../../texts";
import { Field } from "../Field";
import { Icon } from "../icons";

/** One more person: the next account that nobody sits at is offered as a name. */
export function AddClient() {
  const playground = usePlayground();
  const { clients, server } = playground.moment.value;
  const [name, setName] = useState<string>();
  const t = texts.current.client;
  const free = server.users.find((user) => clients.every((client) => client.name !== user.username));
  const suggestion = free?.username ?? t.newName(clients.length + 1);

  if (name === undefined) {
    return (
      <button type="button" class="add-client" onClick={() => setName(suggestion)}>
        <Icon name="plus" /> {t.add}
      </button>
    );
  }
  const submit = (event: Event): void => {
    event.preventDefault();
    if (playground.apply({ kind: "addClient", name: name.trim() })) setName(undefined);
  };
  return (
    <form class="add-client-form" onSubmit={submit}>
      <Field label={t.nameOfNew}>
        {(tie) => (
          <input
            {...tie}
            value={name}
            required
            maxLength={32}
            autocomplete="off"
            ref={(input) => input?.focus()}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit" class="primary">
        {t.addNow}
      </button>
      <button type="button" onClick={() => setName(undefined)}>
        {texts.current.cancel}
      </button>
    </form>
  );
}
