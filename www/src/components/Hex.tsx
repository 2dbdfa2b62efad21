import "./hex.css";

const WIDTH = 16;
/** Rows shown at most: 4 KiB. */
const ROWS = 256;

interface Props {
  bytes: Uint8Array;
  label: string;
  /** What is said about bytes that are not shown. */
  more: (bytes: number) => string;
}

/** Bytes the way `hexdump -C` prints them: offset, hex digits, ASCII. */
export function Hex({ bytes, label, more }: Props) {
  const rows = Math.min(ROWS, Math.ceil(bytes.length / WIDTH));
  const hidden = bytes.length - rows * WIDTH;
  const lines = Array.from({ length: rows }, (_, row) => hexLine(bytes, row * WIDTH));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
    <section class="hex" aria-label={label} tabIndex={0}>
      <pre>{lines.join("\n")}</pre>
      {hidden > 0 && <p class="soft">{more(hidden)}</p>}
    </section>
  );
}

function hexLine(bytes: Uint8Array, offset: number): string {
  const row = [...bytes.subarray(offset, offset + WIDTH)];
  const digits = row.map((byte) => byte.toString(16).padStart(2, "0"));
  const halves = [digits.slice(0, WIDTH / 2).join(" "), digits.slice(WIDTH / 2).join(" ")].join("  ");
  const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
  return `${offset.toString(16).padStart(6, "0")}  ${halves.padEnd(WIDTH * 3)}  ${text}`;
}
