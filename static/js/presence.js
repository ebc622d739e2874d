// Who else has a ticket open and who is writing on it: in rows ([data-presence="<ticket>"]), in the head of a ticket and
// above its composer ([data-presence-head], [data-presence-writing], both in [data-presence-ticket="<ticket>"]).
// Only names and what they do come over the wire; every name is set as text.

const words = document.getElementById("strings")?.dataset ?? {};
const known = new Map();

const isWriting = (person) => person.mode === "reply" || person.mode === "note";

function avatar(person) {
  const circle = document.createElement("span");
  circle.className = "av av-sm";
  circle.dataset.h = person.hue;
  circle.setAttribute("aria-hidden", "true");
  circle.textContent = person.initials;
  const dot = document.createElement("span");
  dot.className = isWriting(person) ? "dot typing" : "dot";
  circle.append(dot);
  return circle;
}

function sentence(person) {
  const template = { reply: words.writesReply, note: words.writesNote }[person.mode] ?? words.looks;
  return template.replace("#", person.name);
}

function spoken(people) {
  const text = document.createElement("span");
  text.className = "visually-hidden";
  text.textContent = people.map(sentence).join(". ");
  return text;
}

function inRow(place, people) {
  const writer = people.find(isWriting);
  if (!writer) {
    place.replaceChildren(...people.slice(0, 3).map(avatar), spoken(people));
    return;
  }
  const tag = document.createElement("span");
  tag.className = "tag tag-amber tag-av";
  tag.append(avatar(writer), words.writing);
  place.replaceChildren(tag, spoken(people));
}

function inHead(place, people) {
  place.replaceChildren(...people.slice(0, 5).map(avatar));
  place.title = people.map(sentence).join("\n");
  place.append(spoken(people));
}

function aboveComposer(place, people) {
  const writers = people.filter(isWriting);
  const text = writers.map(sentence).join(" ");
  if (place.dataset.said === text) return;
  place.dataset.said = text;
  place.hidden = writers.length === 0;
  place.querySelector("[data-presence-words]").textContent = text;
  if (text) document.dispatchEvent(new CustomEvent("announce", { detail: text }));
}

function show(ticket) {
  const people = known.get(ticket) ?? [];
  for (const place of document.querySelectorAll(`[data-presence="${ticket}"]`)) inRow(place, people);
  for (const place of document.querySelectorAll(`[data-presence-ticket="${ticket}"] [data-presence-head]`)) inHead(place, people);
  for (const place of document.querySelectorAll(`[data-presence-ticket="${ticket}"] [data-presence-writing]`)) aboveComposer(place, people);
}

document.addEventListener("presence", (event) => {
  known.set(event.detail.ticket, event.detail.who);
  show(event.detail.ticket);
});

// A row or a part of the page that was drawn again knows nothing of who is there.
document.addEventListener("htmx:load", () => {
  for (const ticket of known.keys()) show(ticket);
});
