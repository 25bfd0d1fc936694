// Tells the server that somebody opened, printed or kept the item: no cookie, no name, nothing of an answer.
// A part of js/library.js.
const item = document.querySelector("[data-used]");
const said = new Set();

self.used = (use) => {
  if (!item || said.has(use) || document.documentElement.dataset.kept) return; // a kept copy has no network to tell
  said.add(use);
  fetch(item.dataset.used, { method: "POST", body: new URLSearchParams({ use }), credentials: "omit", keepalive: true }).catch(() => {});
};

if (item) {
  self.used("opened");
  window.addEventListener("beforeprint", () => self.used("printed"));
}
