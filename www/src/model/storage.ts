// The browser's storage, which may refuse: private windows, policies and full disks do. Nothing here throws.

export type Place = "tab" | "browser";

const PREFIX = "chatting-time/";

function open(place: Place): Storage | undefined {
  try {
    return place === "tab" ? window.sessionStorage : window.localStorage;
  } catch {
    return undefined;
  }
}

export function read(name: string, place: Place = "browser"): string | undefined {
  try {
    return open(place)?.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Whether it is kept. */
export function write(name: string, value: string, place: Place = "browser"): boolean {
  try {
    const storage = open(place);
    storage?.setItem(PREFIX + name, value);
    return storage !== undefined;
  } catch {
    return false;
  }
}

/** Whether anything can be kept, be it ever so small. */
export function isStorageOpen(): boolean {
  const isOpen = write("probe", "") || write("probe", "", "tab");
  remove("probe");
  remove("probe", "tab");
  return isOpen;
}

export function remove(name: string, place: Place = "browser"): void {
  try {
    open(place)?.removeItem(PREFIX + name);
  } catch {
    // What can't be written can't have been kept either.
  }
}
