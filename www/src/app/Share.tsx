import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { problem } from "../model/status";
import { texts } from "../texts";
import { route } from "./router";

type ShareDialog = ComponentType<{ onClose: () => void }>;

/** The button that opens the dialog of links and exports, which comes when it is first pressed. */
export function Share() {
  const [dialog, setDialog] = useState<{ Component: ShareDialog }>();
  const shown = route.value;
  useEffect(() => setDialog(undefined), [shown]);
  const open = async (): Promise<void> => {
    try {
      const part = await import("../links");
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
