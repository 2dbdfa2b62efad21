import type { Input, Moment } from "chatting-time-wasm";

import { usePlayground } from "../../model/context";
import { documentedLogin, usernameIn } from "../../model/documented-login";
import { eavesdropperTexts } from "../../texts/eavesdropper";

/** What is to be done when nobody has said anything, with an example in one press. */
export function NothingYet() {
  const playground = usePlayground();
  const { value: moment } = playground.moment;
  const t = eavesdropperTexts.current;
  const [one, other] = moment.clients;
  const run = (): void => {
    for (const input of exampleInputs(moment, t.example.message)) {
      if (!playground.apply(input)) return;
      playground.finish();
    }
  };
  return (
    <section class="nothing-yet" aria-labelledby="nothing-yet">
      <h2 id="nothing-yet">{t.empty.title}</h2>
      <p>{t.empty.text}</p>
      <button type="button" class="primary" onClick={run}>
        {one && other ? t.empty.example(one.name, other.name) : t.empty.exampleAlone(one?.name ?? "")}
      </button>
    </section>
  );
}

/** Somebody logs in; somebody else logs in and writes to them, so that there is something in the mailbox. */
function exampleInputs({ clients, server }: Moment, message: string): Input[] {
  const usernames = server.users.map((user) => user.username);
  const [one, other] = clients;
  if (!one) return [];
  const login = documentedLogin(one.name, usernames);
  const enter = (client: number, line: string): Input => ({ kind: "enter", client, line });
  const send = `send ${usernameIn(login)} ${message}`;
  if (!other) return [enter(one.client, login), enter(one.client, send)];
  return [
    enter(one.client, login),
    enter(other.client, documentedLogin(other.name, usernames)),
    enter(other.client, send),
  ];
}
