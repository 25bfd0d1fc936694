// Names from the agency directory while typing. Without this file the field is a plain text field.
//
// Expects an input with data-suggest="<address>" (it answers ?q= with <li role="option" data-value="<id>">name</li>,
// or the same in <div>) and, where the choice is kept, data-suggest-into="<id of a hidden input>".
const LEAST = 2;
const PAUSE = 200;

for (const input of document.querySelectorAll("input[data-suggest]")) attach(input);

function attach(input) {
  const list = document.createElement("ul");
  const said = document.createElement("span");
  const into = document.getElementById(input.dataset.suggestInto ?? "");
  const box = document.createElement("div");
  let options = [];
  let current = -1;
  let waiting = 0;
  let asked = null;

  list.id = `${input.id}_list`;
  list.className = "suggest__list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(`label[for="${input.id}"]`)?.textContent.trim() ?? "");
  list.hidden = true;
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  box.className = "suggest";
  input.replaceWith(box);
  box.append(input, list, said);
  input.setAttribute("role", "combobox");
  input.setAttribute("autocomplete", "off");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  input.addEventListener("input", () => {
    if (into) into.value = "";
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return;
      event.preventDefault();
      mark(current + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !list.hidden && current >= 0) {
      event.preventDefault();
      take(options[current]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  // Before the blur, so that a click on an option is not lost with the list.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });

  async function ask() {
    asked?.abort();
    const text = input.value.trim();
    if (text.length < LEAST) { close(); return; }
    asked = new AbortController();
    try {
      const address = new URL(input.dataset.suggest, location.href);
      address.searchParams.set("q", text);
      const answer = await fetch(address, { signal: asked.signal, headers: { "HX-Request": "true" } });
      if (answer.ok) show(await answer.text());
      else close();
    } catch {
      close(); // No network: the text that was typed is enough.
    }
  }

  function show(markup) {
    const found = new DOMParser().parseFromString(markup, "text/html").querySelectorAll("[role=option]");
    options = [...found].map((option, number) => {
      const item = document.createElement("li");
      item.id = `${list.id}_${number}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.value = option.dataset.value ?? "";
      item.dataset.name = option.dataset.name ?? option.textContent.trim();
      item.append(...option.childNodes);
      return item;
    });
    list.replaceChildren(...options);
    current = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = options.length ? `${options.length}` : "";
  }

  function mark(number) {
    options[current]?.setAttribute("aria-selected", "false");
    current = (number + options.length) % options.length;
    const option = options[current];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function take(option) {
    input.value = option.dataset.name;
    if (into) into.value = option.dataset.value;
    input.dispatchEvent(new CustomEvent("suggest:taken", { bubbles: true, detail: option.dataset.value }));
    close();
  }

  function close() {
    clearTimeout(waiting);
    list.hidden = true;
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
}
