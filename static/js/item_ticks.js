// Ticks of a checklist, kept on this device by item and line; never sent. A part of js/library.js.
// A line is known by its words (data-line), so ticks outlast a new version of the text where a line stayed.
//
// Kept for an item: { stamp, lines: all keys when it was last looked through, ticked: [keys] }.
const item = document.querySelector("[data-item]");
const panel = item?.querySelector("[data-ticks]");
const rows = [...(item?.querySelectorAll("li.tick[data-line]") ?? [])];
const part = (name) => panel.querySelector(`[data-ticks-${name}]`);
const NAME = `ticks:${item?.dataset.item}`;
const keys = [...new Set(rows.map((row) => row.dataset.line))];
let ticked = new Set(), known = null, before = null;

if (panel && rows.length) begin();

function begin() {
  const kept = read();
  if (kept) { ticked = new Set(kept.ticked); known = kept.stamp === item.dataset.stamp ? null : new Set(kept.lines); }
  for (const row of rows) boxOf(row).addEventListener("change", (event) => tick(row.dataset.line, event.target.checked));
  part("clear").addEventListener("click", clear);
  part("undo").addEventListener("click", undo);
  part("seen").addEventListener("click", () => { known = null; write(); show(); part("total").focus(); });
  part("total").tabIndex = -1;
  window.addEventListener("storage", (event) => { // another tab
    if (event.key !== NAME) return;
    ticked = new Set(read()?.ticked);
    show();
  });
  if (known && keys.every((key) => known.has(key))) known = null; // nothing is new
  if (kept && !known) write(); // as of this version; forgotten where nothing is ticked
  show();
}

function tick(key, isDone) {
  if (isDone) ticked.add(key); else ticked.delete(key);
  known?.add(key);
  before = null;
  write();
  show();
}

function clear() {
  before = ticked;
  ticked = new Set();
  write();
  show();
  part("undo").focus();
}

function undo() {
  ticked = before;
  before = null;
  write();
  show();
  part("clear").focus();
}

function show() {
  for (const row of rows) {
    boxOf(row).checked = ticked.has(row.dataset.line);
    mark(row, known !== null && !known.has(row.dataset.line));
  }
  say(part("total"), rows);
  for (const place of item.querySelectorAll(".done")) say(place, chapterOf(place));
  part("new").hidden = !known || keys.every((key) => known.has(key));
  part("cleared").hidden = before === null;
  part("clear").hidden = !keys.some((key) => ticked.has(key));
}

function say(place, lines) {
  const done = lines.filter((row) => ticked.has(row.dataset.line)).length;
  place.textContent = panel.dataset.progress.replace("{done}", done).replace("{all}", lines.length);
  place.lang = document.documentElement.lang;
  place.classList.toggle("done--all", done === lines.length);
}

// The lines between this chapter's heading and the next.
function chapterOf(place) {
  const next = [...item.querySelectorAll(".prose h2")].find((heading) => follows(heading, place));
  return rows.filter((row) => follows(row, place) && (!next || follows(next, row)));
}

function mark(row, isNew) {
  const there = row.querySelector(".tick__new");
  if (isNew && !there) row.querySelector(".tick__words").append(" ", part("mark").content.cloneNode(true));
  if (!isNew) there?.remove();
}

function boxOf(row) { return row.querySelector("input[type=checkbox]"); }
function follows(one, other) { return Boolean(other.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING); }

function read() {
  try { return JSON.parse(localStorage.getItem(NAME)); } catch { return null; }
}

function write() {
  // While lines are marked as new, what was known before stays known, and no more.
  const lines = known ? [...known] : keys;
  const stamp = known ? "" : item.dataset.stamp;
  try {
    if (ticked.size || known || before) localStorage.setItem(NAME, JSON.stringify({ stamp, lines, ticked: [...ticked] }));
    else localStorage.removeItem(NAME);
  } catch {
    part("stay").hidden = true;
    part("lost").hidden = false;
  }
}
