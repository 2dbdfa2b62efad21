// The address behind the hash is the only address: it works the same from a server and from a file.
//   #/lab   #/lessons/first-request   #v1.…  (a whole scenario)

import { computed, signal } from "@preact/signals";

export const SCREENS = ["lab", "faults", "eavesdropper", "code", "lessons", "server"] as const;
export type ScreenName = (typeof SCREENS)[number];

export interface Route {
  screen: ScreenName;
  /** What follows the screen's name: the id of a lesson, or nothing. */
  rest: string;
}

const hash = signal("");

/** The screen in force; an unknown address is the Lab. */
export const route = computed<Route>(() => {
  const [, name = "", ...rest] = /^#\/([^/]*)\/?(.*)$/.exec(hash.value) ?? [];
  const screen = SCREENS.find((known) => known === name);
  return { screen: screen ?? "lab", rest: screen ? rest.join("/") : "" };
});

export function href(screen: ScreenName, rest = ""): string {
  return rest ? `#/${screen}/${rest}` : `#/${screen}`;
}

export function go(screen: ScreenName, rest = ""): void {
  window.location.hash = href(screen, rest);
}

/** Follows the address; whatever begins with `#v1.` is given to `openLink` and then leaves the address bar. */
export function followAddress(openLink: (fragment: string) => void): void {
  const follow = (): void => {
    const address = window.location.hash;
    if (address === "" || address.startsWith("#/")) {
      hash.value = address;
      return;
    }
    // A link, or a place on the page such as `#content`: neither is a screen.
    const link = /^#v\d+\./.test(address);
    if (link) hash.value = href("lab");
    window.history.replaceState(null, "", hash.value || href("lab"));
    if (link) openLink(address.slice(1));
  };
  window.addEventListener("hashchange", follow);
  follow();
}
