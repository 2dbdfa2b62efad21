/** The name with its sign: two lifelines, a request and its reply. */
export function Wordmark() {
  return (
    <a class="wordmark" href="#/lab">
      <svg
        viewBox="0 0 24 24"
        width="24"
        height="24"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        aria-hidden="true"
      >
        <path d="M4 2v20M20 2v20" stroke-linecap="round" />
        <path d="M5 6l13 3M15 5.6L18.4 9l-4.3 2M19 14L6 17M9.9 19L5.6 17l3.4-3.4" stroke-linejoin="round" />
      </svg>
      <span>Chatting Time</span>
    </a>
  );
}
