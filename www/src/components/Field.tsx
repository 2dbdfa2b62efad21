import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

import "./field.css";

interface Props {
  label: string;
  /** What helps to fill it in. */
  hint?: string;
  /** What is wrong with it. */
  error?: string | undefined;
  /** The native element, given what ties it to its label and texts. */
  children: (tie: { id: string; "aria-describedby"?: string; "aria-invalid"?: "true" }) => ComponentChildren;
}

/** A labelled native element with its hint and its error. */
export function Field({ label, hint, error, children }: Props) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        ...(described && { "aria-describedby": described }),
        ...(error && { "aria-invalid": "true" as const }),
      })}
      {hint && (
        <p class="soft" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
