// Every format of an export by its name.

import { parseBytes } from "chatting-time-wasm";

import { bytesOf, contentText, kindText } from "../components/trace/describe";
import { texts } from "../texts";
import { sharingTexts } from "../texts/sharing";
import type { Exporter, Scene, Words } from "./exporter";
import { jsonExporter } from "./json";
import { mermaidExporter } from "./mermaid";
import { pcapExporter } from "./pcap";
import { textExporter } from "./text";

export { exportTrace } from "./exporter";

export type ExportFormat = "text" | "json" | "pcap" | "mermaid";

export function exporterOf(format: ExportFormat, scene: Scene): Exporter {
  switch (format) {
    case "text":
      return textExporter(scene, words());
    case "json":
      return jsonExporter(scene);
    case "pcap":
      return pcapExporter(parseBytes);
    case "mermaid":
      return mermaidExporter(scene, words());
  }
}

/** Observations are called what the Lab calls them. */
function words(): Words {
  const { transcript, tooLongForMermaid } = sharingTexts.current;
  return {
    server: texts.current.trace.server,
    kind: kindText,
    content: (what) => bytesOf(what) ?? contentText(what),
    transcript,
    tooLongForMermaid,
  };
}
