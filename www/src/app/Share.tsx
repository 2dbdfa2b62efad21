import type { ComponentType } from "preact";
import { useState } from "preact/hooks";

import { problem } from "../model/status";
import { texts } from "../texts";
import type { TextSet } from "../texts/text-set";

type ShareDialog = ComponentType<{ onClose: () => void }>;

const parts = import.meta.glob<{ default: ShareDialog; texts: TextSet<unknown>[] }>("../links/index.ts");
const load = parts["../links/index.ts"];

/** The button that opens the dialog of links and exports, which comes when it is first pressed. */
export function Share() {
  const [dialog, setDialog] = useState<{ Component: ShareDialog }>();
  if (!load) return null;
  const open = async (): Promise<void> => {
    try {
      const part = await load();
      await Promise.all(part.texts.map((set) => set.load()));
      setDialog({ Component: part.default });
    } catch {
      problem(texts.current.linksNotLoaded);
    }
  };
  return (
    <>
      <button type="button" onClick={open}>
        {texts.current.share}
      </button>
      {dialog && <dialog.Component onClose={() => setDialog(undefined)} />}
    </>
  );
}
