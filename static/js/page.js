// A second tap on a button sends nothing twice, an error summary has the focus, a menu closes on Escape.
// All of it is also true without this file, only less kindly: the server takes one attempt once.
const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (sent.has(form)) { event.preventDefault(); return; }
  sent.add(form);
  event.submitter?.setAttribute("aria-busy", "true");
  // If the network swallows it, the button can be used again.
  setTimeout(() => release(form), 8000);
});

// A page that comes back from the browser's memory can be sent again.
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(release));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});

function release(form) {
  sent.delete(form);
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

document.querySelector("[data-errors]")?.focus();

// The zone of this device, where a form asks for it.
for (const input of document.querySelectorAll("input[name=time_zone][type=hidden]")) {
  if (!input.value) input.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector(".person-menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});
document.addEventListener("click", (event) => {
  const menu = document.querySelector(".person-menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

// On a phone the places of the masthead scroll sideways: the one we are at is in sight.
const here = document.querySelector(".masthead__nav [aria-current]");
if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft;

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
