import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import type { ExportFormat } from "../exports/formats";
import { inPlaceOfLab, usePlayground } from "../model/context";
import { texts } from "../texts";
import { sharingTexts } from "../texts/sharing";
import { saveFile } from "./save";

const FORMATS: ExportFormat[] = ["text", "json", "pcap", "mermaid"];

type State = { kind: "ready" | "writing" | "notLoaded" } | { kind: "saved"; name: string };

/** Saves what happened up to the present step. */
export function ShareExports({ seed }: { seed: string }) {
  const playground = usePlayground();
  const [state, setState] = useState<State>({ kind: "ready" });
  const stopping = useRef(new AbortController());
  // With the dialog, and before a lesson's playground goes away.
  useEffect(() => {
    return effect(() => {
      inPlaceOfLab.value;
      return () => stopping.current.abort();
    });
  }, []);
  const t = sharingTexts.current;
  const save = async (format: ExportFormat): Promise<void> => {
    if (state.kind === "writing") return;
    setState({ kind: "writing" });
    const formats = await import("../exports/formats").catch(() => undefined);
    if (!formats) {
      setState({ kind: "notLoaded" });
      return;
    }
    if (stopping.current.signal.aborted) return;
    const { clients, observations } = playground.moment.peek();
    const scene = { clients: clients.map(({ name }) => name), seed };
    const exporter = formats.exporterOf(format, scene);
    const file = await formats.exportTrace(playground, observations, exporter, stopping.current.signal);
    if (!file) return;
    saveFile(file, exporter.fileName);
    setState({ kind: "saved", name: exporter.fileName });
  };
  return (
    <section class="share-part">
      <h2>{t.exports.title}</h2>
      <p class="soft">{t.exports.about}</p>
      <ul class="share-formats">
        {FORMATS.map((format) => (
          <li key={format}>
            {/* Not disabled, which would take the focus away. */}
            <button type="button" aria-disabled={state.kind === "writing"} onClick={() => save(format)}>
              {t.exports.formats[format].name}
            </button>
            <span class="soft">{t.exports.formats[format].about}</span>
          </li>
        ))}
      </ul>
      <p class={state.kind === "notLoaded" ? "share-problem" : "share-said"} role="status">
        {state.kind === "writing" && t.exports.writing}
        {state.kind === "notLoaded" && texts.current.linksNotLoaded}
        {state.kind === "saved" && t.exports.saved(state.name)}
      </p>
    </section>
  );
}
