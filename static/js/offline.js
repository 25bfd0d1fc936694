// The offline worker: keeps the way in, its files and the first card where there is no network, and sends what
// waits on the device. A part of js/worker.js; mvai/site/offline.py puts `self.OFFLINE` before it.
//
// The network comes first; the copy answers when it is away, late, or broken on our side. The same for what a
// reader keeps of the library (js/shelf.js): a cache of its own, which outlasts the releases.
const { version, assets, pages, files, lists } = self.OFFLINE;
const CACHE = `mvai-${version}`;
const SHELF = "library";
const OURS = ["desk", "team", "files"]; // below the library's address, and no pages of readers
const LATE = 5_000; // ms
const AS_IT_IS = { ignoreVary: true }; // a copy is for every reader of this device

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(sweep().then(() => self.clients.claim())));
self.addEventListener("sync", (event) => { if (event.tag === "send") event.waitUntil(self.kept.sendAll()); });

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (assets.includes(address.pathname)) event.respondWith(asset(event.request));
  else if (address.pathname.startsWith(files)) event.respondWith(shelved(event.request));
  else if (event.request.mode !== "navigate") return;
  else if (pages[address.pathname]) event.respondWith(page(event.request, address));
  else if (listFor(address.pathname)) event.respondWith(item(event.request, address.pathname));
});

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(assets);
  for (const [address, source] of Object.entries(pages)) {
    // Without cookies: the copy is everybody's. Made anew, for a redirected answer can't be shown.
    const answer = await fetch(source, { credentials: "omit", cache: "no-store" });
    if (!answer.ok) throw new Error(`${source}: ${answer.status}`);
    await cache.put(address, new Response(await answer.blob(), { headers: answer.headers }));
  }
}

async function sweep() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("mvai-") && name !== CACHE).map((name) => caches.delete(name)));
}

async function asset(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, AS_IT_IS)) ?? fetch(request);
}

async function page(request, address) {
  const cache = await caches.open(CACHE);
  const language = address.searchParams.get("lang");
  const copy = (language && (await cache.match(`${address.pathname}?lang=${language}`, AS_IT_IS))) || (await cache.match(address.pathname, AS_IT_IS));
  return copy ? inTime(request, copy) : fetch(request);
}

async function inTime(request, copy) {
  try {
    const late = new Promise((_, reject) => setTimeout(reject, LATE));
    const answer = await Promise.race([fetch(request), late]);
    if (answer.status < 500) return answer;
  } catch { /* away, or late */ }
  return copy;
}

// A page of the library: the copy that the reader keeps of it or, without a network, the list of what is kept.
async function item(request, path) {
  const copy = await caches.match(path, { cacheName: SHELF, ...AS_IT_IS });
  if (copy) return inTime(request, copy);
  try {
    return await fetch(request);
  } catch (away) {
    const list = await caches.match(listFor(path), { cacheName: CACHE, ...AS_IT_IS });
    if (!list) throw away;
    return list;
  }
}

function listFor(path) {
  const start = Object.keys(lists).find((one) => path.startsWith(one));
  return start && !OURS.includes(path.slice(start.length).split("/")[0]) ? lists[start] : "";
}

// A file of an older release, which a kept page still loads.
async function shelved(request) {
  return (await caches.match(request, { cacheName: SHELF, ...AS_IT_IS })) ?? fetch(request);
}
