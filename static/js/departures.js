// A reply that has not left yet: the seconds it still waits, and its text back in the composer when it is taken back.
// Without this script the row says at what time it leaves, and its button posts.

const ASK_AGAIN_SECONDS = 2;
const MOST_QUESTIONS = 15;
// Seconds are counted from when the row was drawn: the device's clock may be wrong.
const began = new WeakMap();

function left(place) {
  const known = began.get(place);
  if (known?.stated === place.dataset.leaves) return known.until - performance.now() / 1000;
  const until = performance.now() / 1000 + Number(place.dataset.leaves);
  began.set(place, { stated: place.dataset.leaves, until, asked: 0 });
  return until - performance.now() / 1000;
}

function tick() {
  for (const place of document.querySelectorAll("[data-leaves]")) {
    const seconds = left(place);
    place.querySelector("[data-leaves-words]").textContent = place.dataset.words.replace("#", Math.max(0, Math.ceil(seconds)));
    if (seconds < -1) askWhetherItLeft(place, -seconds);
  }
}

function askWhetherItLeft(place, late) {
  const known = began.get(place);
  if (known.asked >= MOST_QUESTIONS || late < 1 + known.asked * ASK_AGAIN_SECONDS) return;
  known.asked += 1;
  window.htmx?.ajax("GET", place.dataset.refresh, { source: place, swap: "none" });
}

document.addEventListener("htmx:oobAfterSwap", (event) => {
  const back = document.getElementById("taken-back");
  if (event.detail.target?.id !== "taken-back" && !back?.firstElementChild) return;
  const text = back?.querySelector("pre")?.textContent;
  if (!text) return;
  const files = [...back.querySelectorAll("ul > li")];
  back.replaceChildren();
  document.dispatchEvent(new CustomEvent("composer:back", { detail: { text, files } }));
});

setInterval(tick, 500);
document.addEventListener("htmx:load", tick);
tick();
