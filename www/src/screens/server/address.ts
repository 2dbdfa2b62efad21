// Where the real server is: at `ws` beside this page, and nowhere else.

/** The address of its WebSocket. Nothing when the page was opened as a file: then no server stands behind it. */
export function webSocketAddress(page: URL = new URL(window.location.href)): URL | undefined {
  const scheme = { "http:": "ws:", "https:": "wss:" }[page.protocol];
  if (!scheme) return undefined;
  const address = new URL("ws", page);
  address.protocol = scheme;
  return address;
}

/** Whether others on the way can read along: there is no encryption, and the way is longer than this computer. */
export function canBeOverheard(address: URL): boolean {
  return address.protocol === "ws:" && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(address.hostname);
}

export type WhyNot = "absent" | "refused" | "unreachable";

/** A browser does not say why a WebSocket failed to open, so the same path is asked for as a page. */
export async function whyNot(address: URL, withinMilliseconds: number): Promise<WhyNot> {
  const plain = new URL(address);
  plain.protocol = address.protocol === "wss:" ? "https:" : "http:";
  try {
    const answer = await fetch(plain, {
      cache: "no-store",
      credentials: "same-origin",
      redirect: "manual",
      signal: AbortSignal.timeout(withinMilliseconds),
    });
    // This server's own answers to somebody who asks without a WebSocket, or under a name that it does not know.
    return answer.status === 426 || answer.status === 403 ? "refused" : "absent";
  } catch {
    return "unreachable";
  }
}
