import { concernsSession } from "../../model/concerns";
import { usePlayground } from "../../model/context";
import { formatSeconds, shortToken } from "../../model/format";
import { texts } from "../../texts";
import { StateRow, StateSection } from "./StateTable";

export function Sessions() {
  const { sessions } = usePlayground().moment.value.server;
  const t = texts.current.serverState;
  return (
    <StateSection
      title={t.sessions}
      count={sessions.filter((one) => one.change !== "removed").length}
      empty={t.noSessions}
      changed={sessions.some((one) => one.change !== "none")}
    >
      {sessions.map((one) => (
        <StateRow key={one.token} change={one.change} concerns={concernsSession(one)}>
          <code title={one.token}>{shortToken(one.token)}</code> <b>{one.username}</b>
          <small>
            {t.lastUsed(formatSeconds(one.lastUsed))} · {t.attached(one.attached)}
          </small>
        </StateRow>
      ))}
    </StateSection>
  );
}
