import "./client-mark.css";

/** One shape a client, so that nobody depends on its hue. Drawn around 0, 0 with a radius of about 6. */
const OUTLINES = [
  "M0 -6A6 6 0 1 1 0 6A6 6 0 1 1 0 -6Z",
  "M-5.3 -5.3H5.3V5.3H-5.3Z",
  "M0 -6.6L6.2 5H-6.2Z",
  "M0 -7L7 0L0 7L-7 0Z",
  "M-6.2 -5H6.2L0 6.6Z",
  "M-3.5 -6H3.5L7 0L3.5 6H-3.5L-7 0Z",
] as const;

export function clientOutline(client: number): string {
  return OUTLINES[client % OUTLINES.length] ?? OUTLINES[0];
}

/** The sign of a client: its shape in its hue. The name stands beside it. */
export function ClientMark({ client }: { client: number }) {
  return (
    <svg class={`client-mark client-${client % OUTLINES.length}`} viewBox="-8 -8 16 16" aria-hidden="true">
      <path d={clientOutline(client)} />
    </svg>
  );
}
