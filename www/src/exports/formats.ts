// Every format of an export by its name.

import { parseBytes } from "chatting-time-wasm";

import type { SharingTexts } from "../texts/sharing";
import type { Exporter, Scene } from "./exporter";
import { jsonExporter } from "./json";
import { mermaidExporter } from "./mermaid";
import { pcapExporter } from "./pcap";
import { textExporter } from "./text";

export { exportTrace } from "./exporter";

export type ExportFormat = "text" | "json" | "pcap" | "mermaid";

export function exporterOf(format: ExportFormat, scene: Scene, texts: SharingTexts): Exporter {
  switch (format) {
    case "text":
      return textExporter(scene, texts);
    case "json":
      return jsonExporter(scene);
    case "pcap":
      return pcapExporter(parseBytes);
    case "mermaid":
      return mermaidExporter(scene, texts);
  }
}
