// A team's checklist: ticks go without a new page, and what others changed arrives by itself.
// Without this file each tick is a form, and the page is as it was when it was opened.
//
// What is sent says what is wanted ("12-done"), so it may be sent again until an answer comes.
const EVERY = 4000;
const AGAIN = 3000;
const page = document.querySelector("[data-team]");
const edit = document.querySelector("[data-team-edit]");
const from = document.querySelector("[data-team-share]");
if (page) beginPage();
if (edit) beginEdit();
if (from) beginShare();
beginCopying();

function beginPage() {
  const state = document.querySelector("[data-team-state]");
  const progress = document.querySelector("[data-team-progress]");
  const waiting = new Map(); // by line: what is wanted of it, last press first
  let number = Number(page.dataset.number);
  let isSending = false;

  page.addEventListener("submit", (event) => {
    if (!event.submitter?.value) return;
    event.preventDefault();
    const [line, wanted] = event.submitter.value.split("-");
    waiting.set(line, wanted);
    showBox(line, wanted, true);
    state.textContent = state.dataset.saving;
    send();
  });
  addEventListener("online", send);
  // Who leaves with something unsaved is asked.
  addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });
  poll(page, () => number, take, () => { state.textContent = state.dataset.gone; });

  async function send() {
    if (isSending) return;
    isSending = true;
    while (waiting.size) {
      const [line, wanted] = waiting.entries().next().value;
      try {
        const answer = await fetch(page.action, {
          method: "POST",
          headers: { Accept: "application/json" },
          body: new URLSearchParams({ set: `${line}-${wanted}`, since: number }),
          keepalive: true,
        });
        if (answer.status === 404) { waiting.clear(); state.textContent = state.dataset.gone; break; }
        if (!answer.ok) throw new Error(String(answer.status));
        const said = await answer.json();
        if (waiting.get(line) === wanted) waiting.delete(line);
        take(said, true);
        state.textContent = state.dataset.saved;
      } catch {
        state.textContent = state.dataset.waiting;
        setTimeout(send, AGAIN);
        break;
      }
    }
    isSending = false;
  }

  function take(said, isOurs) {
    number = Math.max(number, said.number);
    let isNews = false;
    for (const line of said.lines) isNews = put(line) || isNews;
    progress.innerHTML = said.progress;
    if (isNews && !isOurs) state.textContent = state.dataset.changed;
  }

  function put(line) {
    const old = document.getElementById(`line-${line.id}`);
    if (old && Number(old.dataset.version) >= line.version) return false;
    if (line.aside) { old?.remove(); return true; }
    const made = document.createRange().createContextualFragment(line.html).firstElementChild;
    const focus = old?.contains(document.activeElement) ? document.activeElement.dataset.focus : "";
    if (old) old.replaceWith(made);
    else if (!("narrowed" in page.dataset)) document.querySelector(`[data-phase="${line.phase}"]`)?.append(made);
    if (focus) made.querySelector(`[data-focus="${focus}"]`)?.focus();
    const wanted = waiting.get(String(line.id));
    if (wanted) showBox(line.id, wanted, true);
    return true;
  }

  function showBox(line, wanted, waits) {
    const box = document.querySelector(`#line-${line} .team-box`);
    if (!box) return;
    box.setAttribute("aria-checked", String(wanted === "done"));
    box.value = `${line}-${wanted === "done" ? "open" : "done"}`;
    box.toggleAttribute("data-waits", waits);
  }
}

// While somebody writes, what another person saved in the same line shows beside the field.
function beginEdit() {
  let number = Number(edit.dataset.number);
  poll(edit, () => number, (said) => {
    number = Math.max(number, said.number);
    const line = said.lines.find((one) => String(one.id) === edit.dataset.line);
    if (line) for (const name of ["owner", "due", "note"]) beside(name, line);
  }, () => {});

  function beside(name, line) {
    const place = edit.querySelector(`[data-theirs-for="${name}"]`);
    if (edit.elements[`was_${name}`].value === line[name]) { place.replaceChildren(); return; }
    const said = document.createElement("p");
    said.className = "team-theirs small";
    said.setAttribute("role", "status");
    const words = document.createElement("strong");
    words.dir = "auto";
    words.textContent = (name === "due" ? line.due_words : line[name]) || edit.dataset.empty;
    said.append(`${edit.dataset.theirs} `, words);
    place.replaceChildren(said);
  }
}

// Asks for what is new, not while nobody looks; less often while there is no answer.
function poll(form, since, take, gone) {
  let timer = 0;
  let pause = EVERY;
  const next = () => { clearTimeout(timer); if (!document.hidden) timer = setTimeout(ask, pause); };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); else clearTimeout(timer); });
  next();

  async function ask() {
    clearTimeout(timer);
    try {
      const answer = await fetch(`${form.dataset.changes}?since=${since()}`, { headers: { Accept: "application/json" } });
      if (answer.status === 404) return gone();
      if (answer.status === 200) take(await answer.json());
      pause = EVERY;
    } catch {
      pause = Math.min(pause * 2, 60000);
    }
    next();
  }
}

// What was ticked on this device goes along only when asked.
function beginShare() {
  let ticked = [];
  try { ticked = JSON.parse(localStorage.getItem(`ticks:${from.dataset.teamShare}`))?.ticked ?? []; } catch { /* none can be read */ }
  if (!Array.isArray(ticked) || !ticked.length) return;
  const field = from.querySelector("[data-carry]");
  const box = field.querySelector("input");
  field.hidden = false;
  field.querySelector("[data-carry-count]").textContent = `(${ticked.length})`;
  const carry = () => { from.elements.ticked.value = box.checked ? ticked.join(" ") : ""; };
  box.addEventListener("change", carry);
  box.checked = Boolean(from.elements.ticked.value);
}

function beginCopying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    const input = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(input.value); } catch { input.select(); return; }
      document.querySelector(`[data-copy-said="${input.id}"]`).textContent = input.dataset.copied;
    });
  }
  for (const input of document.querySelectorAll(".team-address input")) input.addEventListener("focus", () => input.select());
}
