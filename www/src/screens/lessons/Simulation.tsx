import type { ClientView } from "chatting-time-wasm";
import { useMemo, useState } from "preact/hooks";

import { actionsInPlayground } from "../../components/client-card/actions";
import { ClientCard } from "../../components/client-card/ClientCard";
import { ServerState } from "../../components/server-state/ServerState";
import { Tabs } from "../../components/Tabs";
import { Timeline } from "../../components/timeline/Timeline";
import { Trace } from "../../components/trace/Trace";
import { progressIn } from "../../lessons/progress";
import type { Playground } from "../../model/playground";
import { lessonsTexts } from "../../texts/lessons";
import { CurrentTask } from "./CurrentTask";
import { progress } from "./kept-progress";
import type { LessonRun } from "./lesson-run";
import { SceneActions, SceneStarted } from "./SceneActions";

interface Props {
  run: LessonRun;
  /** Where a scene goes that is opened in the Lab. */
  lab: Playground;
}

/** The lesson's own clients, network and server, with everything that the Lab shows of them. */
export function Simulation({ run, lab }: Props) {
  const t = lessonsTexts.current;
  const hasGuessed = progressIn(progress.value, run.lesson).guess !== undefined;
  return (
    <section class="lesson-simulation" id="lesson-simulation" tabIndex={-1} aria-labelledby="lesson-simulation-title">
      <header class="lesson-simulation-head">
        <h2 id="lesson-simulation-title">{t.simulation}</h2>
        <SceneActions run={run} lab={lab} />
      </header>
      <div class="lesson-notice">
        {hasGuessed ? <CurrentTask run={run} /> : <p class="lesson-wait">{t.predictFirst}</p>}
        <SceneStarted run={run} />
      </div>
      <div class="lesson-cards" inert={!hasGuessed}>
        {run.playground.moment.value.clients.map((view) => (
          <Card key={view.client} run={run} view={view} />
        ))}
      </div>
      <Views />
      <div class="lesson-time">
        <Timeline />
      </div>
    </section>
  );
}

function Card({ run, view }: { run: LessonRun; view: ClientView }) {
  const { playground } = run;
  const actions = useMemo(() => actionsInPlayground(playground, view.client), [playground, view.client]);
  const { selected, related } = playground.selection;
  return <ClientCard view={view} actions={actions} selected={selected.value} related={related.value} />;
}

function Views() {
  const [view, setView] = useState<"trace" | "state">("trace");
  const t = lessonsTexts.current.views;
  return (
    <div class="lesson-views">
      <Tabs
        label={t.label}
        value={view}
        onChange={setView}
        tabs={[
          { value: "trace", label: t.trace, content: <Trace /> },
          { value: "state", label: t.state, content: <ServerState /> },
        ]}
      />
    </div>
  );
}
