// Ctrl and Enter (or Command and Enter) send the form one is in. Without this file Enter in a field does.
for (const form of document.querySelectorAll("form[data-send-by-keys]")) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[type=submit]:not([name])"));
  });
}
