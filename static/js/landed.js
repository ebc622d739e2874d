// A message that lands while somebody writes: "1 new message above", with a link to it. The first press on send shows it,
// the second sends. Without this script the server says so when the reply is sent (409).

const composer = document.querySelector("[data-composer]");
const place = document.querySelector("[data-landed]");
const known = new Set();
let unseen = [];

const messages = () => [...document.querySelectorAll("#timeline [id^='message-'][data-author]")];

function isWriting() {
  const field = [...composer.querySelectorAll("textarea")].find((one) => one.getClientRects().length > 0);
  return Boolean(field?.value.trim());
}

function look() {
  const writing = isWriting();
  for (const message of messages()) {
    if (known.has(message.id)) continue;
    known.add(message.id);
    if (writing && message.dataset.author !== composer.dataset.me) unseen.push(message.id);
  }
  show();
}

function show() {
  place.hidden = unseen.length === 0;
  if (!unseen.length) return;
  const text = unseen.length === 1 ? place.dataset.one : place.dataset.many.replace("#", unseen.length);
  const link = place.querySelector("[data-landed-link]");
  link.href = `#${unseen[0]}`;
  if (link.textContent === text) return;
  link.textContent = text;
  document.dispatchEvent(new CustomEvent("announce", { detail: text }));
}

// Having seen it, the next attempt is made with open eyes: the forms carry the version that the conversation shows.
function seen() {
  const version = document.getElementById("timeline")?.dataset.version;
  for (const field of composer.querySelectorAll("input[name=version]")) if (version) field.value = version;
  unseen = [];
  show();
}

function jump() {
  const first = document.getElementById(unseen[0]);
  seen();
  first?.scrollIntoView({ block: "center" });
}

if (composer && place) {
  for (const message of messages()) known.add(message.id);
  document.addEventListener("htmx:load", look);
  document.addEventListener("htmx:oobAfterSwap", look);
  place.addEventListener("click", (event) => {
    if (!event.target.closest("[data-landed-link]")) return;
    event.preventDefault();
    jump();
  });
  document.addEventListener("submit", (event) => {
    if (!unseen.length || event.target.dataset.composeForm !== "reply" || event.submitter?.formAction !== event.target.action && event.submitter) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    jump();
  }, true);
}
