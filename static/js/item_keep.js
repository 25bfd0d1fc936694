// "Keep on this device" on an item's page. A part of js/library.js; words are in templates/resources/_keep.html.
const item = document.querySelector("[data-item]");
const button = (name) => item.querySelector(`[data-keep-${name}]`);
const path = location.pathname;

if (item?.querySelector("[data-keep-now]")) {
  if (shelf.can) begin(); else button("now").hidden = true;
}

async function begin() {
  button("now").addEventListener("click", () => keep(button("now")));
  button("again").addEventListener("click", () => keep(button("again")));
  button("no-more").addEventListener("click", async () => { await shelf.remove(path); show("removed", null); button("now").focus(); });
  const at = document.documentElement.dataset.kept; // written into the copy when it was made
  if (at) {
    const note = item.querySelector("[data-from-device]");
    shelf.say(note.querySelector("[data-kept-when]"), { at, version: item.dataset.version });
    note.hidden = false;
  }
  const kept = await shelf.find(path).catch(() => null);
  if (kept) show(kept.stamp === item.dataset.stamp ? "kept" : "older", kept);
}

async function keep(pressed) {
  pressed.setAttribute("aria-busy", "true");
  show("keeping", null);
  try {
    await navigator.serviceWorker.register(item.dataset.worker);
    const kept = await shelf.keep(path);
    await navigator.serviceWorker.ready; // from now on it answers for this page
    show("kept", kept);
    self.used?.("kept");
    button("no-more").focus();
  } catch { show("failed", await shelf.find(path).catch(() => null)); }
  pressed.removeAttribute("aria-busy");
}

function show(what, kept) {
  for (const line of item.querySelectorAll("[data-said]")) line.hidden = line.dataset.said !== what;
  for (const words of item.querySelectorAll("[data-said] [data-kept-when]")) if (kept) shelf.say(words, kept);
  button("now").hidden = kept !== null;
  button("again").hidden = what !== "older";
  button("no-more").hidden = kept === null;
}
