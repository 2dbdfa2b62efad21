import type { Leak } from "chatting-time-wasm";
import { useState } from "preact/hooks";

import { Field } from "../../components/Field";
import { usePlayground } from "../../model/context";
import { shortToken } from "../../model/format";
import { eavesdropperTexts } from "../../texts/eavesdropper";
import { lineOf, parametersOf, possibleThieves, steal, theft, usableCommands } from "./theft";

/** Which token, which command, and who enters it. */
export function TheftForm({ leaks }: { leaks: readonly Leak[] }) {
  const playground = usePlayground();
  const { value: moment } = playground.moment;
  const [token, setToken] = useState("");
  const [word, setWord] = useState("inbox");
  const [chosenThief, setThief] = useState("");
  const [written, setWritten] = useState<Record<string, string>>({});
  const t = eavesdropperTexts.current.use;

  const commands = usableCommands();
  const command = commands.find((one) => one.word === word) ?? commands[0];
  const leak = leaks.find((one) => one.text === token) ?? leaks[0];
  if (!command || !leak) return null;

  const thieves = possibleThieves(moment, leak);
  const wanted = chosenThief || String(theft.value?.thief ?? "newcomer");
  const thief = thieves.find((one) => idOf(one) === wanted) ?? thieves.at(-1);
  const other = moment.server.users.find((user) => user.username !== leak.about)?.username ?? "";
  const values = { username: other, pesan: t.message, ...written };
  const line = lineOf(command.usage, leak.text, values);

  const submit = (event: Event): void => {
    event.preventDefault();
    if (thief === undefined) return;
    if (steal(playground, leak, thief === "newcomer" ? thief : thief.client, line)) setThief("");
  };
  return (
    <form class="theft-form" onSubmit={submit}>
      <Field label={t.token}>
        {(tie) => (
          <select {...tie} class="mono" value={leak.text} onChange={(event) => setToken(event.currentTarget.value)}>
            {leaks.map((one) => (
              <option key={one.text} value={one.text}>
                {t.tokenOf(one.about ?? t.somebody, shortToken(one.text))}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t.command}>
        {(tie) => (
          <select {...tie} class="mono" value={command.word} onChange={(event) => setWord(event.currentTarget.value)}>
            {commands.map((one) => (
              <option key={one.word} value={one.word}>
                {one.word}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t.client}>
        {(tie) => (
          <select {...tie} value={thief && idOf(thief)} onChange={(event) => setThief(event.currentTarget.value)}>
            {thieves.map((one) => (
              <option key={idOf(one)} value={idOf(one)}>
                {one === "newcomer" ? t.newClient(t.name) : one.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {parametersOf(command.usage).map((name) => (
        <Field key={name} label={t.parameters[name] ?? name}>
          {(tie) => (
            <input
              {...tie}
              required
              autocomplete="off"
              value={values[name as keyof typeof values] ?? ""}
              onInput={(event) => setWritten({ ...written, [name]: event.currentTarget.value })}
            />
          )}
        </Field>
      ))}
      <p class="theft-line">
        <span class="soft">{t.line}</span>
        <code>{line}</code>
      </p>
      <button type="submit" class="primary">
        {t.submit}
      </button>
    </form>
  );
}

function idOf(thief: ReturnType<typeof possibleThieves>[number]): string {
  return thief === "newcomer" ? thief : String(thief.client);
}
