// The library: what narrows it is open beside the results where there is room, and words that
// found nothing are told to the editors. Without this file a tap and a button do the same.
const narrowing = document.querySelector("details[data-open-when-wide]");
if (narrowing && matchMedia("(min-width: 900px)").matches) narrowing.open = true;

const telling = document.querySelector("form[data-tell]");
if (telling && navigator.sendBeacon) {
  const words = new FormData(telling);
  words.set("silent", "1");
  if (navigator.sendBeacon(telling.action, words)) {
    telling.hidden = true;
    document.querySelector("[data-told]").hidden = false;
  }
}
