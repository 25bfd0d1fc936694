// On a phone the parts of a wide page become tabs. Without this file they follow each other, and the tabs are links.
//
// Expects <nav class="tabs phone-tabs" data-phone-tabs> with links to the ids of the parts of one .split.
const narrow = window.matchMedia("(max-width: 699.98px)");

for (const nav of document.querySelectorAll("[data-phone-tabs]")) {
  const links = [...nav.querySelectorAll("a[href^='#']")];
  const parts = links.map((link) => document.getElementById(link.hash.slice(1)));
  if (parts.includes(null) || parts.length === 0) continue;
  const frame = parts[0].parentElement;

  const show = (number) => {
    if (narrow.matches) frame.dataset.shown = ""; else delete frame.dataset.shown;
    parts.forEach((part, one) => part.classList.toggle("shown", one === number));
    links.forEach((link, one) => {
      if (one === number) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    });
  };
  // What the address names; else the part where something waits for an answer; else the first.
  const named = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const found = parts.findIndex((part) => part.contains(target || null));
    return Math.max(0, found >= 0 ? found : parts.findIndex((part) => part.querySelector("[data-errors], #do")));
  };

  nav.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || !narrow.matches) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    show(links.indexOf(link));
  });
  narrow.addEventListener("change", () => show(named()));
  show(named());
  // What was hidden above has moved the place that the address names.
  if (narrow.matches && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}
