// /library/kept/: what this device keeps, and the answer for a page of the library that it doesn't. A part of
// js/library.js; words are in templates/resources/kept.html.
const list = document.querySelector("[data-kept-list]");
const part = (name) => list.querySelector(`[data-kept-${name}]`);
const form = document.querySelector("template[data-kept-row]");
let putBack = null;

if (list) {
  const notHere = document.querySelector("[data-not-here]");
  // The offline worker shows this page in the place of one that it has not.
  notHere.hidden = /\/library\/kept\/$/.test(location.pathname);
  notHere.querySelector("[data-try-again]").href = location.href;
  part("all").querySelector("button").addEventListener("click", async () => {
    await shelf.removeAll();
    part("all").open = false;
    await show();
  });
  part("undo").querySelector("button").addEventListener("click", async () => {
    await putBack();
    part("undo").hidden = true;
    await show();
  });
  window.addEventListener("online", show);
  show();
}

async function show() {
  const found = shelf.can ? await shelf.all().catch(() => null) : null;
  part("never").hidden = found !== null;
  part("none").hidden = found === null || found.length > 0;
  part("all").hidden = !found?.length;
  part("rows").replaceChildren(...(found ?? []).map(row));
}

function row(kept) {
  const made = form.content.cloneNode(true).firstElementChild;
  const line = (name) => made.querySelector(`[data-${name}]`);
  const link = line("kept-open");
  link.href = kept.path;
  link.lang = kept.language;
  link.textContent = kept.title;
  shelf.say(line("kept-when"), kept);
  for (const name of ["renew", "remove"]) line(name).setAttribute("aria-label", `${line(name).textContent}: ${kept.title}`);
  line("remove").addEventListener("click", async () => {
    putBack = await shelf.remove(kept.path);
    await show();
    part("undo").hidden = false;
    part("undo").querySelector("button").focus();
  });
  line("renew").addEventListener("click", async () => {
    try {
      shelf.say(line("kept-when"), await shelf.keep(kept.path));
      for (const name of ["newer", "renew", "failed"]) line(name).hidden = true;
      line("renewed").hidden = false;
      link.focus();
    } catch { line("failed").hidden = false; }
  });
  shelf.newest(kept.path).then((now) => {
    line("gone").hidden = !now.gone;
    line("newer").hidden = line("renew").hidden = now.gone || now.stamp === kept.stamp;
  }).catch(() => {}); // no network: nothing is known of newer ones
  return made;
}
