// The library's pages that this device keeps, in the browser's cache: self.shelf. A part of js/library.js.
// What js/offline.js answers with when there is no network. Kept without cookies, so as anybody sees it.
//
// A page's entry has a header of ours, "Kept": when, and what the page says of itself. Files that pages load
// (style, scripts) lie beside them under their own addresses, and go when no page needs them.
const NAME = "library"; // js/offline.js and js/no_worker.js know it, too
const KEPT = "Kept";
const pathOf = (address) => new URL(address, location.href).pathname;
const open = () => caches.open(NAME);
const readKept = (answer) => JSON.parse(decodeURIComponent(answer.headers.get(KEPT) ?? "null"));

async function keep(path) {
  const answer = await fetch(path, { credentials: "omit", cache: "no-store" });
  if (!answer.ok || answer.redirected) throw new Error(answer.status);
  const at = new Date().toISOString();
  const text = (await answer.text()).replace("<html", `<html data-kept="${at}"`);
  const page = new DOMParser().parseFromString(text, "text/html");
  const { title, language, version, stamp } = page.querySelector("[data-item]").dataset;
  const loads = [...page.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  const files = loads.map((one) => pathOf(one.getAttribute("href") ?? one.getAttribute("src")));
  const shelf = await open();
  for (const file of files) if (!(await shelf.match(file, { ignoreVary: true }))) await shelf.add(file);
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  const kept = { at, title, language, version, stamp, files };
  headers.set(KEPT, encodeURIComponent(JSON.stringify(kept)));
  await shelf.put(path, new Response(text, { headers }));
  navigator.storage?.persist?.().catch(() => {}); // else a browser may clear it when room is short
  return { path, ...kept };
}

async function find(path) {
  if (!(await caches.has(NAME))) return null;
  const answer = await (await open()).match(path, { ignoreVary: true });
  const kept = answer && readKept(answer);
  return kept ? { path, ...kept } : null;
}

async function all() {
  if (!(await caches.has(NAME))) return [];
  const shelf = await open();
  const found = [];
  for (const request of await shelf.keys()) {
    const kept = readKept(await shelf.match(request, { ignoreVary: true }));
    if (kept) found.push({ path: pathOf(request.url), ...kept });
  }
  return found.sort((one, other) => other.at.localeCompare(one.at));
}

// Gives back what puts it there again.
async function remove(path) {
  const shelf = await open();
  const answer = await shelf.match(path, { ignoreVary: true });
  const kept = answer && readKept(answer);
  await shelf.delete(path, { ignoreVary: true });
  const needed = new Set((await all()).flatMap((one) => one.files));
  const gone = [];
  for (const file of kept?.files ?? []) {
    if (needed.has(file)) continue;
    const held = await shelf.match(file, { ignoreVary: true });
    if (held) gone.push([file, held]);
    await shelf.delete(file, { ignoreVary: true });
  }
  return async () => {
    const again = await open();
    for (const [file, held] of gone) await again.put(file, held);
    if (answer) await again.put(path, answer);
  };
}

// What the server has now: { gone, stamp, version }. Throws without a network.
async function newest(path) {
  const answer = await fetch(path, { method: "HEAD", credentials: "omit", cache: "no-store" });
  if (answer.status >= 500) throw new Error(answer.status);
  return { gone: !answer.ok, stamp: answer.headers.get("Item-Stamp"), version: answer.headers.get("Item-Version") };
}

// "Kept on {day}, version {version}." with its places filled.
function say(element, kept) {
  element.dataset.words ??= element.textContent;
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", day: "numeric", year: "numeric" });
  element.textContent = element.dataset.words.replace("{day}", day.format(new Date(kept.at))).replace("{version}", kept.version);
}

self.shelf = {
  can: Boolean(self.caches) && "serviceWorker" in navigator,
  keep, find, all, remove, newest, say,
  removeAll: () => caches.delete(NAME),
};
