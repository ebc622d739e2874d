// The line to the server: while there is none the page says so in sight, and for a moment when it is back.

const words = document.getElementById("strings")?.dataset ?? {};
const bar = document.getElementById("line");
const BACK_SECONDS = 4;
let timer = 0;

function show(state) {
  clearTimeout(timer);
  bar.replaceChildren(Object.assign(document.createElement("span"), { textContent: words[state] }));
  bar.dataset.line = state;
  bar.hidden = false;
  document.dispatchEvent(new CustomEvent("announce", { detail: words[state] }));
  if (state === "online") timer = setTimeout(() => { bar.hidden = true; }, BACK_SECONDS * 1000);
}

if (bar) {
  for (const state of ["offline", "online"]) addEventListener(state, () => show(state));
  if (!navigator.onLine) show("offline");
}
