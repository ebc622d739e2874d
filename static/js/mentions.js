// "@" offers colleagues in a note, "#" or "INC-" offers tickets; arrow keys choose, Enter or Tab takes, Esc closes. Writing the
// name or number by hand does the same.

const PERSON = /(?:^|[\s(])@([\w.-]{0,40})$/;
const TICKET = /(?:^|[\s(])(?:#([\w-]{0,30})|((?:INC|REQ)-\d{0,12}))$/;
const WAIT_MS = 150;

let field = null;
let box = null;
let begin = 0;
let timer = 0;
let asked = 0;

const options = () => [...(box?.querySelectorAll("[data-mention]") ?? [])];
const chosen = () => options().find((option) => option.getAttribute("aria-selected") === "true");

function close() {
  clearTimeout(timer);
  asked += 1;
  box?.remove();
  box = null;
  for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete"]) field?.removeAttribute(name);
}

function meant(target) {
  const before = target.value.slice(0, target.selectionStart);
  const isNote = target.form.dataset.composeForm === "note";
  const person = isNote && before.match(PERSON);
  if (person) return { kind: "people", typed: person[1], size: person[1].length + 1 };
  const ticket = before.match(TICKET);
  if (!ticket) return null;
  const typed = ticket[1] ?? ticket[2];
  return { kind: "tickets", typed, size: typed.length + (ticket[2] ? 0 : 1) };
}

async function offer(target, { kind, typed, size }) {
  const number = (asked += 1);
  const address = `${target.dataset.mentions}?${new URLSearchParams({ kind, q: typed })}`;
  const answer = await fetch(address, { credentials: "same-origin", headers: { "HX-Request": "true" } }).catch(() => null);
  const markup = answer?.ok && !answer.redirected ? await answer.text() : "";
  if (number !== asked) return;
  close();
  if (!markup.includes("data-mention")) return;
  field = target;
  begin = target.selectionStart - size;
  box = document.createElement("div");
  box.className = "menu mentions";
  box.id = "mentions";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", target.getAttribute("aria-label"));
  box.innerHTML = markup;
  target.after(box);
  target.setAttribute("aria-autocomplete", "list");
  target.setAttribute("aria-controls", "mentions");
  point(options()[0]);
}

function point(option) {
  for (const one of options()) one.setAttribute("aria-selected", String(one === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function take(option) {
  const target = field;
  const start = begin;
  close();
  target.focus();
  target.setRangeText(`${option.dataset.mention} `, start, target.selectionStart, "end");
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("textarea[data-mentions]")) return;
  close();
  const wanted = meant(event.target);
  if (wanted) timer = setTimeout(() => offer(event.target, wanted), WAIT_MS);
});

// Before the composer hears it: Esc closes the list first, Enter takes what is chosen.
document.addEventListener("keydown", (event) => {
  if (!box || event.target !== field) return;
  const all = options();
  const at = all.indexOf(chosen());
  if (event.key === "ArrowDown") point(all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp") point(all[(at - 1 + all.length) % all.length]);
  else if (event.key === "Escape") close();
  else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") take(chosen());
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("#mentions [data-mention]");
  if (!option) return;
  event.preventDefault();
  take(option);
});
document.addEventListener("focusout", (event) => { if (event.target === field) setTimeout(close, 100); });
