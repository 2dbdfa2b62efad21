// The page's own symbols, drawn on a grid of 16. They only accompany words and names, so they are hidden from readers.

import type { JSX } from "preact";

const SHAPES = {
  play: <path d="M4.5 2.5v11l9-5.5z" fill="currentColor" />,
  pause: <path d="M4 2.5h3v11H4zM9 2.5h3v11H9z" fill="currentColor" />,
  step: <path d="M3 2.5v11l7-5.5zM11 2.5h2v11h-2z" fill="currentColor" />,
  stepBack: <path d="M13 2.5v11L6 8zM3 2.5h2v11H3z" fill="currentColor" />,
  toStart: <path d="M2 2.5h2v11H2zM9 2.5v11L4 8zM14 2.5v11L9 8z" fill="currentColor" />,
  toEnd: <path d="M12 2.5h2v11h-2zM7 2.5v11L12 8zM2 2.5v11L7 8z" fill="currentColor" />,
  toServer: <path d="M1.5 8h11M9 4l4 4-4 4" />,
  toClient: <path d="M14.5 8h-11M7 4L3 8l4 4" />,
  branch: <path d="M4 2v12M4 10c0-4 8-2 8-6M12 4V2" />,
  close: <path d="M3.5 3.5l9 9M12.5 3.5l-9 9" />,
  more: <path d="M3 8h.01M8 8h.01M13 8h.01" stroke-width="2.5" />,
  down: <path d="M4 6l4 4 4-4" />,
  plus: <path d="M8 3v10M3 8h10" />,
  minus: <path d="M3 8h10" />,
  change: <path d="M8 2.5l5.5 10.5h-11z" />,
  rename: <path d="M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3z" />,
  remove: <path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5" />,
  copy: <path d="M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1" />,
  help: (
    <path d="M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM6.2 6.3C6.2 4 9.9 4 9.9 6.4 9.9 7.8 8 7.8 8 9.3M8 11.6h.01" />
  ),
  sun: (
    <path d="M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8L13 13M3 13l1.2-1.2M11.8 4.2L13 3" />
  ),
  moon: <path d="M13 9.8A5.5 5.5 0 0 1 6.2 3a5.5 5.5 0 1 0 6.8 6.8z" />,
  halfMoon: <path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 2v12M9 4h3M9 6.5h4.5M9 9h4.8M9 11.5h3.5" />,
  warning: <path d="M8 2l6.5 11.5h-13zM8 6.5v3.2M8 11.6h.01" />,
  done: <path d="M3 8.5l3.5 3.5L13 4.5" />,
  broken: <path d="M1.5 8h4l1.5-3M14.5 8h-4L9 11" />,
} satisfies Record<string, JSX.Element>;

export type IconName = keyof typeof SHAPES;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {SHAPES[name]}
    </svg>
  );
}
