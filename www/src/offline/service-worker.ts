// The service worker: holds every file of one build, so that the playground works without a network after the first
// visit. It answers for those files and nothing else; a request to `/ws`, to another page or to another origin passes by.
//
// A new build waits until the person agrees to reload (see registration.ts), so nothing changes under an open scenario.

export {};

declare const self: ServiceWorkerGlobalScope;

/** What the build wrote, relative to this worker; `./` is the page itself. Filled in by scripts/offline.ts. */
declare const BUILD_FILES: readonly string[];
/** A hash over the content of all of them. */
declare const BUILD_HASH: string;

// Other builds and other programs may share the origin: `localhost` with a port is a busy place.
const CACHES_OF_THIS_PAGE = `chatting-time ${self.registration.scope} `;
const CACHE = CACHES_OF_THIS_PAGE + BUILD_HASH;
const SHELL = new URL("./", self.location.href).href;
const FILES = new Set(BUILD_FILES.map((file) => new URL(file, self.location.href).href));

self.addEventListener("install", (event) => event.waitUntil(fetchEveryFile()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("fetch", (event) => {
  const file = fileOf(event.request);
  if (file !== undefined) {
    event.respondWith(fromCache(file, event.request));
  }
});

self.addEventListener("message", (event) => {
  if (event.data === "activate") {
    event.waitUntil(self.skipWaiting());
  }
});

/** All or nothing: when one file is missing the installation fails, and the browser tries again on the next visit. */
async function fetchEveryFile(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Past the HTTP cache, which may still hold the shell of an older build.
  await cache.addAll([...FILES].map((file) => new Request(file, { cache: "no-cache" })));
}

/** Keeps the build before this one as well: another tab may still run it and load a part of it on demand. */
async function takeOver(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(CACHES_OF_THIS_PAGE) && name !== CACHE);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The file of the build that answers this request, if one does. */
function fileOf(request: Request): string | undefined {
  if (request.method !== "GET") {
    return undefined;
  }
  const url = new URL(request.url);
  url.hash = "";
  if (request.mode === "navigate") {
    url.search = "";
    return url.href === SHELL || url.href === `${SHELL}index.html` ? SHELL : undefined;
  }
  const isOfOlderBuild = url.href.startsWith(`${SHELL}assets/`);
  return FILES.has(url.href) || isOfOlderBuild ? url.href : undefined;
}

async function fromCache(file: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(file)) ?? (await inOlderBuild(file)) ?? (await fetch(request));
}

async function inOlderBuild(file: string): Promise<Response | undefined> {
  for (const name of await caches.keys()) {
    const found = name.startsWith(CACHES_OF_THIS_PAGE) && (await (await caches.open(name)).match(file));
    if (found) {
      return found;
    }
  }
  return undefined;
}
