// Starts the member's page without a network: the files of one build, kept whole. What the bank answers is never kept.
const KEPT = "pages-" + "VERSION";
const FILES = ["FILES"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && (pathname === "/member" || pathname.startsWith("/member/"))) {
    // The newest document when the bank answers, the kept one when it does not.
    event.respondWith(fetch(request).catch(() => caches.match("/member")));
  } else if (FILES.includes(pathname) && pathname !== "/member") {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)));
  }
});
