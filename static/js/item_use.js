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
  setTimeout(() => self.used("opened"), 4_000); // after all that the page needs, and for whoever stays
  window.addEventListener("beforeprint", () => self.used("printed"));
}
