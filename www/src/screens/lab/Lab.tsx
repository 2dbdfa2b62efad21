import { useRef, useState } from "preact/hooks";

import { useKeys } from "../../app/keys";
import { ClientCards } from "../../components/client-card/ClientCards";
import { Segmented } from "../../components/Segmented";
import { ServerState } from "../../components/server-state/ServerState";
import { Timeline } from "../../components/timeline/Timeline";
import { Trace } from "../../components/trace/Trace";
import { texts } from "../../texts";
import { FirstVisit } from "./FirstVisit";
import "./lab.css";

const PARTS = ["clients", "trace", "server"] as const;
type Part = (typeof PARTS)[number];

/** People on the left, what goes over the wire in the middle, the server on the right, time below. */
export function Lab() {
  const [part, setPart] = useState<Part>("clients");
  const parts = useRef<HTMLDivElement>(null);
  const t = texts.current.lab;
  const choose = (chosen: Part): void => {
    setPart(chosen);
    // The trace fills the window below these, so that its end is in view.
    if (chosen === "trace") requestAnimationFrame(() => parts.current?.scrollIntoView());
  };
  useKeys(clientKeys(() => setPart("clients")));
  return (
    <div class="lab" data-part={part}>
      <h1 class="visually-hidden">{t.title}</h1>
      <div class="lab-parts" ref={parts}>
        <Segmented
          label={t.part}
          options={PARTS.map((value) => ({ value, label: t.parts[value] }))}
          value={part}
          onChange={choose}
        />
      </div>
      <FirstVisit />
      <div class="lab-clients">
        <ClientCards />
      </div>
      <div class="lab-trace">
        <Trace />
      </div>
      <div class="lab-server">
        <ServerState />
      </div>
      <div class="lab-time">
        <Timeline />
      </div>
    </div>
  );
}

/** The keys 1 to 6 lead to a client's input. */
function clientKeys(show: () => void): Record<string, () => void> {
  const focus = (client: number): void => {
    show();
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-client-input="${client}"]`)?.focus());
  };
  return Object.fromEntries([0, 1, 2, 3, 4, 5].map((client) => [String(client + 1), () => focus(client)]));
}
