// The readiness questions: answered, kept and looked through on this device; nothing is sent.
// Without this file the form is posted, and the answer is a page that is kept nowhere.
const NAME = "ready";
const form = document.querySelector("[data-ready]");
const result = document.querySelector("[data-ready-result]");
const at = (name) => document.querySelector(`[data-ready-${name}]`);
let before = null;

if (form && result) begin();

function begin() {
  at("sent").hidden = true;
  at("here").hidden = false;
  fill(read());
  form.addEventListener("change", () => { before = null; write(answers()); tell(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const isAnswered = Object.keys(answers()).length > 0;
    if (isAnswered && location.hash === "#next") show(); // its address was opened with none
    else if (isAnswered) location.hash = "next";
    else { at("nothing").hidden = false; at("nothing").focus(); }
  });
  at("back").addEventListener("click", () => { location.hash = ""; });
  at("forget").addEventListener("click", () => { before = answers(); fill({}); write({}); tell(); at("undo").focus(); });
  at("undo").addEventListener("click", () => { fill(before); write(before); before = null; tell(); at("forget").focus(); });
  // The result is a step of its own, so that the browser's "back" leads to the questions.
  addEventListener("hashchange", show);
  tell();
  if (location.hash === "#next") show();
}

function show() {
  const said = answers();
  const isResult = location.hash === "#next" && Object.keys(said).length > 0;
  at("nothing").hidden = true;
  form.hidden = isResult;
  result.hidden = !isResult;
  if (!isResult) { scrollTo(0, 0); return; }
  for (const part of result.querySelectorAll("[data-ready-part]")) {
    const asked = part.dataset.readyPart.split(" ");
    for (const line of part.querySelectorAll("[data-code]")) line.hidden = !asked.includes(said[line.dataset.code] ?? "");
    for (const group of part.querySelectorAll("[data-ready-group]")) group.hidden = isEmpty(group);
    part.hidden = isEmpty(part);
  }
  at("heading").focus();
}

function isEmpty(place) { return !place.querySelector("[data-code]:not([hidden])"); }

function tell() {
  at("forget").hidden = !Object.keys(answers()).length;
  at("forgotten").hidden = at("undo").hidden = before === null;
}

function answers() { return Object.fromEntries(new FormData(form)); }

function fill(said) {
  for (const radio of form.querySelectorAll("input[type=radio]")) radio.checked = said[radio.name] === radio.value;
}

function read() {
  try { return JSON.parse(localStorage.getItem(NAME)) ?? {}; } catch { return {}; }
}

function write(said) {
  try {
    if (Object.keys(said).length) localStorage.setItem(NAME, JSON.stringify(said));
    else localStorage.removeItem(NAME);
  } catch { /* what can't be kept is there until the page is left */ }
}
