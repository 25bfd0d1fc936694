// Covers the page when nobody was here for 30 minutes, and uncovers it when its person has unlocked.
// The lock itself is the server's: without this file a page stays in sight, and its next step meets the lock.
//
// Expects <dialog id="lock-cover" data-state="…" data-who="…">.
const BY_A_PERSON = "X-By-A-Person";
const IDLE = 30 * 60 * 1000, TELL_EVERY = 60 * 1000;
const cover = document.getElementById("lock-cover");
const others = "BroadcastChannel" in window ? new BroadcastChannel("lock") : null;
let told = Date.now(), wasThere = Date.now(), waiting;

// What htmx asks for because of a key or a finger is activity; its polls are not.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.triggeringEvent?.isTrusted) event.detail.headers[BY_A_PERSON] = "yes";
});

// Somebody who writes for an hour asks for no page meanwhile, so we say once a minute that they are here.
for (const kind of ["keydown", "pointerdown", "input"]) {
  document.addEventListener(kind, (event) => {
    if (!event.isTrusted || !cover || cover.open) return;
    wasThere = Date.now();
    if (wasThere - told < TELL_EVERY) return;
    told = wasThere;
    look(true);
  }, { capture: true, passive: true });
}

async function look(byAPerson) {
  let found = { locked: Date.now() - wasThere >= IDLE, left: 60 };
  try {
    const headers = { [BY_A_PERSON]: byAPerson ? "yes" : "no" };
    const answer = await fetch(cover.dataset.state, { headers, redirect: "error", cache: "no-store" });
    if (answer.ok) found = await answer.json();
  } catch { if (cover.open) return; }
  if (found.locked) shut();
  else open(found);
}

function shut() {
  clearTimeout(waiting);
  if (!cover.open) cover.showModal();
}

function open(found) {
  // Somebody else has signed in here meanwhile: what is below is not theirs.
  if (found.who && found.who !== cover.dataset.who) { location.replace("/"); return; }
  if (found.csrf) renewToken(found.csrf);
  if (cover.open) { wasThere = Date.now(); cover.close(); }
  clearTimeout(waiting);
  waiting = setTimeout(() => look(false), found.left * 1000 + 1000);
}

function renewToken(token) {
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
  if (document.body.hasAttribute("hx-headers")) document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
}

if (cover) {
  // Escape closes a dialog; this one stays until the session is open.
  cover.addEventListener("cancel", (event) => event.preventDefault());
  cover.addEventListener("close", () => look(false));
  document.body.addEventListener("session-locked", shut);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(false); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) look(false); });
  others?.addEventListener("message", () => look(false));
  waiting = setTimeout(() => look(false), IDLE + 1000);
  if (document.querySelector("[data-unlocked]")) others?.postMessage("unlocked");
}
