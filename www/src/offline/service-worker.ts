/// The service worker: holds every file of the build, so that the playground works without a network.

declare const self: ServiceWorkerGlobalScope;

export type {};

self.addEventListener("install", () => {});
