// Shows a text as readers will see it while it is typed, and asks before what isn't saved is left.
// Without this file the form has a button "Show it".
//
// Expects form[data-writing] with the address that renders a text, and for each text a [data-shows] with its field's id.
const PAUSE = 600;

for (const form of document.querySelectorAll("form[data-writing]")) {
  let isTouched = false;
  form.addEventListener("input", () => { isTouched = true; });
  form.addEventListener("submit", () => { isTouched = false; });
  addEventListener("beforeunload", (event) => { if (isTouched) event.preventDefault(); });
  for (const place of form.querySelectorAll("[data-shows]")) begin(form, place, document.getElementById(place.dataset.shows));
}

function begin(form, place, typed) {
  let waiting = 0;
  let asked = 0;
  typed.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE);
  });
  if (place.hidden && typed.value.trim()) show();

  async function show() {
    const number = ++asked;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append(typed.name, typed.value);
    try {
      // The page asks by itself: a locked session answers nothing, keeps nothing, and leads nowhere.
      const headers = { "HX-Request": "true", "X-By-A-Person": "no" };
      const answer = await fetch(form.dataset.writing, { method: "POST", body, headers, redirect: "error" });
      if (answer.status !== 200 || number !== asked) return;
      place.innerHTML = await answer.text();
      place.hidden = false;
    } catch {
      // Without the network the last view stays; the text is in its field.
    }
  }
}
