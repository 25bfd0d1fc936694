// Takes the place of the offline worker where OFFLINE_COPY is off: removes its copies, and itself.
// What waits on a device to be sent stays there; the page sends it.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) await caches.delete(name);
  await self.registration.unregister();
})()));
