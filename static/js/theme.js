// Light or dark: the reader's choice, kept on this device; without one the system decides.
// Loaded before the page is drawn, so that it never flashes in the other colors.
(function () {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const choice = () => {
    try { return localStorage.getItem("theme") || ""; } catch { return ""; }
  };
  const keep = (theme) => {
    try {
      if (theme) localStorage.setItem("theme", theme); else localStorage.removeItem("theme");
    } catch { /* private browsing: the choice lasts for this page */ }
  };
  const apply = (theme) => { root.dataset.bsTheme = theme || (dark.matches ? "dark" : "light"); };
  const show = (theme) => {
    for (const button of document.querySelectorAll("[data-theme-choice] [data-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.theme === theme));
    }
  };

  apply(choice());
  dark.addEventListener("change", () => apply(choice()));
  document.addEventListener("DOMContentLoaded", () => {
    show(choice());
    for (const group of document.querySelectorAll("[data-theme-choice]")) group.hidden = false;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice] [data-theme]");
    if (!button) return;
    keep(button.dataset.theme);
    apply(button.dataset.theme);
    show(button.dataset.theme);
  });
})();
