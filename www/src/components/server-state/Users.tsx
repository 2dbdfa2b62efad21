import { concernsUser } from "../../model/concerns";
import { usePlayground } from "../../model/context";
import { texts } from "../../texts";
import { StateRow, StateSection } from "./StateTable";

export function Users() {
  const { users } = usePlayground().moment.value.server;
  const t = texts.current.serverState;
  return (
    <StateSection
      title={t.users}
      count={users.filter((one) => one.change !== "removed").length}
      empty={t.noUsers}
      changed={users.some((one) => one.change !== "none")}
    >
      {users.map((one) => (
        <StateRow key={one.username} change={one.change} concerns={concernsUser(one)}>
          <b>{one.username}</b>{" "}
          <span class={one.online ? "user-online" : "soft"}>{one.online ? t.online : t.notOnline}</span>
          <small>
            {one.name}, {one.country}
          </small>
        </StateRow>
      ))}
    </StateSection>
  );
}
