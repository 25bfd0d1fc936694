// Free text is read for what should not be in it while it is typed, and each answer saves itself.
// Without this file the form has a button, and the server reads the text.
//
// Expects form[data-patterns] with the patterns of mvai/web/scanning.py as JSON. One with data-answers saves itself: it has
// its words in data-saving, data-saved, data-waiting and data-wrong, and an element [data-saved-line] that says how it stands.
const PAUSE = 1200;
const AGAIN = 5000;
document.querySelectorAll("form[data-patterns]").forEach(begin);

function begin(form) {
  const line = form.querySelector("[data-saved-line]");
  const patterns = JSON.parse(form.dataset.patterns).map((one) => ({ ...one, find: new RegExp(one.regex, `g${one.flags}`) }));
  let waiting = 0;
  let isSaving = false;
  let isDue = false;

  form.addEventListener("input", (event) => warn(event.target));
  if (!("answers" in form.dataset)) return;
  form.addEventListener("input", () => soon(PAUSE));
  form.addEventListener("change", () => soon(0));
  form.addEventListener("suggest:taken", () => soon(0));
  form.addEventListener("submit", () => { clearTimeout(waiting); isDue = false; });
  addEventListener("online", () => { if (isDue) soon(0); });
  // Who leaves half way loses nothing. A phone may end a page that is out of sight without another word.
  document.addEventListener("visibilitychange", () => { if (document.hidden && isDue && !isSaving) saveNow(); });
  addEventListener("pagehide", () => { if (isDue) send().catch(() => {}); });

  function soon(pause) {
    isDue = true;
    clearTimeout(waiting);
    waiting = setTimeout(save, pause);
  }

  function saveNow() {
    clearTimeout(waiting);
    save();
  }

  async function save() {
    if (isSaving) return soon(PAUSE);
    isSaving = true;
    isDue = false;
    line.textContent = form.dataset.saving;
    try {
      const answer = await send();
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.json());
    } catch {
      line.textContent = form.dataset.waiting;
      soon(AGAIN);
    } finally {
      isSaving = false;
    }
  }

  // What was begun goes on when the page ends.
  function send() {
    return fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
      keepalive: true,
    });
  }

  function show({ errors, warnings, clock }) {
    for (const field of form.querySelectorAll(".field")) {
      const control = field.querySelector("input:not([type=hidden]), select, textarea");
      if (!control) continue;
      mark(field, control, errors[control.name]);
      if (scannedOf(control)) say(control, warnings[control.name] ?? "");
    }
    const place = form.querySelector("[data-clock]");
    if (place) place.textContent = clock;
    line.textContent = Object.keys(errors).length || Object.keys(warnings).length ? form.dataset.wrong : form.dataset.saved;
  }

  function mark(field, control, words) {
    const id = `${control.id}_error`;
    document.getElementById(id)?.remove();
    field.classList.toggle("field--wrong", Boolean(words));
    const described = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
    control.toggleAttribute("aria-invalid", false);
    if (words) {
      const said = document.createElement("p");
      said.id = id;
      said.className = "field__error";
      said.textContent = words;
      field.append(said);
      described.push(id);
      control.setAttribute("aria-invalid", "true");
    }
    if (described.length) control.setAttribute("aria-describedby", described.join(" "));
    else control.removeAttribute("aria-describedby");
  }

  function warn(control) {
    if (!scannedOf(control)) return;
    say(control, patterns.filter((one) => hits(one, control.value)).map((one) => one.words).join(" "));
  }

  function say(control, words) {
    const sheet = scannedOf(control).firstElementChild;
    const keeps = sheet.querySelector("input").checked;
    if (words) sheet.querySelector("[data-warning]").textContent = words;
    // Once ticked it stays in sight, so that it can be taken back.
    sheet.hidden = !words && !(keeps && control.value);
  }
}

function scannedOf(control) {
  return document.getElementById(`${control.id}_scanned`);
}

function hits({ find, card }, text) {
  for (const [found] of text.matchAll(find)) if (!card || isCard(found)) return true;
  return false;
}

// The check digit of payment cards (ISO/IEC 7812-1, annex B).
function isCard(text) {
  const digits = [...text.replace(/\D/g, "")].reverse().map(Number);
  const sum = digits.reduce((all, digit, place) => all + (place % 2 ? Math.floor((2 * digit) / 10) + ((2 * digit) % 10) : digit), 0);
  return sum % 10 === 0;
}
