// Blanks of a card or a template become fields. What is typed stays on this page: kept nowhere, sent nowhere.
// A part of js/library.js. Without it, and on paper, a blank is a line to write on with its hint below.
const blanks = [...document.querySelectorAll("[data-item] .blank")];
const panel = document.querySelector("[data-typed]");

blanks.forEach((blank, number) => {
  const hint = document.createElement("span");
  hint.className = "blank__hint";
  hint.id = `blank-${number}`;
  hint.textContent = blank.textContent;
  const field = document.createElement("textarea"); // grows with its words where browsers can
  field.rows = 1;
  field.className = "blank__field";
  field.autocomplete = "off";
  field.setAttribute("aria-labelledby", hint.id);
  const typed = document.createElement("span"); // paper shows long words whole, and a field doesn't
  typed.className = "blank__typed";
  typed.setAttribute("aria-hidden", "true");
  field.addEventListener("input", () => { typed.textContent = field.value; });
  blank.classList.add("blank--field");
  blank.replaceChildren(field, typed, hint);
});

if (panel && blanks.length) {
  panel.hidden = false;
  panel.querySelector("button").addEventListener("click", () => {
    for (const blank of blanks) {
      blank.querySelector(".blank__field").value = "";
      blank.querySelector(".blank__typed").textContent = "";
    }
    blanks[0].querySelector(".blank__field").focus();
  });
}
