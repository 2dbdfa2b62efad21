import { useRef } from "preact/hooks";

import { Dialog } from "../../components/Dialog";
import { texts } from "../../texts";
import { lessonsTexts } from "../../texts/lessons";

interface Props {
  title: string;
  text: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is forgotten. */
export function Confirm({ title, text, onConfirm, onClose }: Props) {
  const actions = useRef<HTMLDivElement>(null);
  const close = (): void => actions.current?.closest("dialog")?.close();
  const confirm = (): void => {
    close();
    onConfirm();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <div class="lessons-actions" ref={actions}>
        <button type="button" class="primary" onClick={confirm}>
          {lessonsTexts.current.startAgain.confirm}
        </button>
        <button type="button" onClick={close}>
          {texts.current.cancel}
        </button>
      </div>
    </Dialog>
  );
}
