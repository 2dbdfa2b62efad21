import { usePlayground } from "../../model/context";
import { formatSeconds } from "../../model/format";
import type { Playground } from "../../model/playground";
import { texts } from "../../texts";
import { eventText } from "../trace/describe";
import { StateSection } from "./StateTable";

const SHOWN = 12;
/** How far back they are looked for, in observations. */
const LOOK_BACK = 1_000;

interface LoggedEvent {
  number: number;
  time: number;
  text: string;
  isNew: boolean;
}

/** The latest events that the server made durable, newest first. */
export function EventLog() {
  const playground = usePlayground();
  const { selected, related } = playground.selection;
  const t = texts.current.serverState;
  const events = latestEvents(playground);
  return (
    <StateSection title={t.events} count={events.length} empty={t.noEvents} changed={events.some((one) => one.isNew)}>
      {events.map((one) => (
        <li
          key={one.number}
          class={one.isNew ? "state-row state-added" : "state-row"}
          data-related={related.value.has(one.number) || undefined}
        >
          <button
            type="button"
            aria-pressed={selected.value === one.number}
            onClick={() => playground.selection.toggle(one.number)}
          >
            <span class="soft mono">{formatSeconds(one.time)}</span> {one.text}
          </button>
        </li>
      ))}
    </StateSection>
  );
}

function latestEvents(playground: Playground): LoggedEvent[] {
  const { observations, firstOfStep } = playground.moment.value;
  const from = Math.max(0, observations - LOOK_BACK);
  return playground
    .trace(from, observations - from)
    .flatMap(({ what, time }, index) => {
      const number = from + index;
      if (what.kind !== "stateChanged") return [];
      return [{ number, time, text: eventText(what.event, what.username), isNew: number >= firstOfStep }];
    })
    .slice(-SHOWN)
    .reverse();
}
