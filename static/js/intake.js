// "Call me now" without a network: the form is kept on this device and sent by itself once there is one.
// Without this file, or where nothing can be kept, the form is sent as any other.
//
// Expects <form data-intake data-worker="…"> and beside it templates/requests/_not_sent.html, which holds all words.
const form = document.querySelector("form[data-intake]");
const note = document.querySelector("[data-not-sent]");
const part = (name) => document.querySelector(`[data-${name}]`);
const SOON = 5_000, LATEST = 60_000;
let pause = SOON, timer = 0, busy = false, leaving = false, shown = null;

if (form && note) {
  fillAttempt();
  register();
  begin();
}

// A copy that was kept for later brings no token: two devices must never share one.
function fillAttempt() {
  if (form.elements.attempt.value) return;
  const numbers = crypto.getRandomValues(new Uint8Array(16));
  form.elements.attempt.value = `device-${Array.from(numbers, (one) => one.toString(16).padStart(2, "0")).join("")}`;
}

// Beside a page that is ready: its own files come first.
function register() {
  if (!form.dataset.worker || !("serviceWorker" in navigator)) return;
  const now = () => navigator.serviceWorker.register(form.dataset.worker).catch(() => {});
  if (document.readyState === "complete") now(); else window.addEventListener("load", now);
}

async function begin() {
  let waiting;
  try { waiting = await kept.all(); } catch { return; } // nothing can be kept here: the plain form
  form.addEventListener("submit", press);
  part("try").addEventListener("click", () => again(true));
  part("forget").addEventListener("click", forget);
  window.addEventListener("online", () => { pause = SOON; if (shown) again(); });
  window.addEventListener("pageshow", (event) => { leaving = false; if (event.persisted) look(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && shown) again(); });
  kept.others?.addEventListener("message", ({ data }) => {
    if (data.forgotten) hide();
    else if (data.attempt === shown?.attempt) location.assign(data.went);
  });
  if (waiting.length) { show(waiting.at(-1)); again(); }
}

async function press(event) {
  const empty = ["call_name", "call_number"].map((name) => form.elements[name]).find((input) => !input.value.trim());
  if (empty) {
    if (navigator.onLine) return; // the server says it better
    event.preventDefault();
    empty.required = true;
    empty.reportValidity();
    return;
  }
  event.preventDefault();
  if (busy || leaving) return;
  const fields = Object.fromEntries(new FormData(form));
  const one = { attempt: fields.attempt, since: Date.now(), to: new URL(form.action).pathname, fields };
  try { await kept.keep(one); } catch { form.submit(); return; }
  const button = form.querySelector("[type=submit]");
  button.setAttribute("aria-busy", "true");
  part("sending").hidden = false;
  // Another tab may be sending: whoever waits here hears of it in time all the same.
  const late = setTimeout(() => show(one, true), kept.PATIENCE + 500);
  const left = await again(true);
  clearTimeout(late);
  if (left) return;
  button.removeAttribute("aria-busy");
  part("sending").hidden = true;
  if (!shown) show(one, true);
  navigator.serviceWorker?.ready.then((found) => found.sync?.register("send")).catch(() => {});
}

// Tries to send what is kept. Whether this page is left for what came of it.
async function again(byHand = false) {
  if (busy || leaving) return false;
  busy = true;
  clearTimeout(timer);
  try {
    const last = await kept.sendAll(byHand);
    if (last) { await leave(last); return true; }
    if (await look()) return false; // older than a day: it waits for a person
  } catch {
    timer = setTimeout(again, pause);
    pause = Math.min(2 * pause, LATEST);
  } finally { busy = false; }
  return false;
}

async function leave(last) {
  leaving = true;
  if (last.went) { location.assign(last.went); return; }
  // Something is amiss with it, and the server says what: sent as a form, it shows that page.
  await kept.erase(last.attempt);
  for (const [name, value] of Object.entries(last.fields)) form.elements[name].value = value;
  form.submit();
}

// Shows what is kept now; whether there is anything.
async function look() {
  const waiting = await kept.all().catch(() => []);
  if (waiting.length) show(waiting.at(-1)); else hide();
  return waiting.length > 0;
}

function show(one, byPress = false) {
  shown = one;
  part("kept-name").textContent = one.fields.call_name;
  part("kept-number").textContent = one.fields.call_number;
  part("kept-old").hidden = !kept.isOld(one);
  part("forgotten").hidden = true;
  form.hidden = true;
  note.hidden = false;
  if (byPress) note.focus();
}

function hide() {
  shown = null;
  clearTimeout(timer);
  note.hidden = true;
  form.hidden = false;
  part("sending").hidden = true;
  form.querySelector("[type=submit]").removeAttribute("aria-busy");
}

async function forget() {
  await kept.eraseAll();
  kept.others?.postMessage({ forgotten: true });
  hide();
  for (const name of ["call_name", "call_number", "attempt"]) form.elements[name].value = "";
  fillAttempt();
  part("forget").closest("details").open = false;
  part("forgotten").hidden = false;
  part("forgotten").focus();
}
