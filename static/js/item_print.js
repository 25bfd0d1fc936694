// What paper needs: the card alone where it is asked for, and the text behind "Read on". A part of js/library.js.
const readOn = document.querySelector("[data-read-on]");
let opened = false;

document.querySelector("[data-print-card]")?.addEventListener("click", () => {
  document.documentElement.dataset.print = "card";
  window.print();
  delete document.documentElement.dataset.print;
});

window.addEventListener("beforeprint", () => { if (readOn && !readOn.open) { readOn.open = true; opened = true; } });
window.addEventListener("afterprint", () => { if (opened) { readOn.open = false; opened = false; } });

// A chapter behind "Read on" opens it, in browsers that don't by themselves; the list on a phone closes behind one.
const reach = () => {
  const chapter = location.hash.startsWith("#t-") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!chapter || !readOn?.contains(chapter) || readOn.open) return;
  readOn.open = true;
  chapter.scrollIntoView();
};
window.addEventListener("hashchange", reach);
reach();
document.querySelector(".contents__short")?.addEventListener("click", (event) => {
  if (!event.target.closest("a")) return;
  const list = event.currentTarget;
  setTimeout(() => { list.open = false; });
  reach();
});
