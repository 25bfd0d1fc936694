// Shows what needs a passkey where the browser has them, and says calmly when one did not work.
// allauth's own scripts talk to the device; without any of this the password and the code still do.
const canUse = "PublicKeyCredential" in window;
for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !canUse;
for (const part of document.querySelectorAll("[data-no-passkey]")) part.hidden = canUse;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const said = document.querySelector("[data-passkey-said]");
  if (!said) return;
  const was = event.detail?.exception?.name;
  said.textContent = was === "InvalidStateError" ? said.dataset.already : said.dataset.failed;
  said.hidden = false;
  said.focus();
});
