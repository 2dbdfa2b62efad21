import { useMemo } from "preact/hooks";

import { actionsInPlayground } from "../../components/client-card/actions";
import { ClientCard } from "../../components/client-card/ClientCard";
import { Segmented } from "../../components/Segmented";
import { Timeline } from "../../components/timeline/Timeline";
import { Trace } from "../../components/trace/Trace";
import { usePlayground } from "../../model/context";
import { faultsTexts } from "../../texts/faults";
import { InForce } from "./InForce";
import { OwnNumbers } from "./OwnNumbers";
import { PacketLoss } from "./PacketLoss";
import { Presets } from "./Presets";
import { TargetChoice } from "./TargetChoice";
import { chosenClient, PARTS, part } from "./target";
import "./faults.css";

/** What networks do to connections: applied on the left, seen on the right. */
export function Faults() {
  const t = faultsTexts.current;
  return (
    <div class="faults" data-part={part.value}>
      <div class="faults-parts">
        <Segmented
          label={t.part}
          options={PARTS.map((value) => ({ value, label: t.parts[value] }))}
          value={part.value}
          onChange={(chosen) => {
            part.value = chosen;
          }}
        />
      </div>
      <div class="faults-controls">
        <header class="faults-head">
          <h1>{t.title}</h1>
          <p>{t.intro}</p>
          <PacketLoss />
        </header>
        <TargetChoice />
        <Presets />
        <OwnNumbers />
      </div>
      <section class="faults-effect" aria-label={t.effect}>
        <InForce />
        <Trace />
        <ChosenCard />
      </section>
      <div class="faults-time">
        <Timeline />
      </div>
    </div>
  );
}

function ChosenCard() {
  const playground = usePlayground();
  const view = chosenClient(playground.moment.value);
  const actions = useMemo(() => actionsInPlayground(playground, view.client), [playground, view.client]);
  const { selected, related } = playground.selection;
  return (
    <ClientCard key={view.client} view={view} actions={actions} selected={selected.value} related={related.value} />
  );
}
