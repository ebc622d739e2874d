// A ticket by phone: the caller is a combobox (ARIA APG) whose rows come from the server; a template fills in the rest.

const form = document.getElementById("phone-form");
const box = document.getElementById("id_requester");
const chosen = document.getElementById("id_caller");

// The rows come while typing: nobody needs the button that asks for them.
form?.querySelector("[data-without-scripts]")?.remove();

const list = () => document.getElementById("callers");
const options = () => [...list().querySelectorAll("[role=option]")];
const selected = () => list().querySelector("[aria-selected=true]");

function select(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else box.removeAttribute("aria-activedescendant");
}

function show(open) {
  list().hidden = !open;
  box.setAttribute("aria-expanded", String(open));
  if (!open) select(null);
}

function choose(option) {
  box.value = option.dataset.name;
  chosen.value = option.dataset.caller;
  for (const other of form.querySelectorAll("input[type=radio][name=caller]")) other.checked = false;
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
  show(false);
  // The templates wait for one key, which a field would swallow.
  (document.querySelector("#phone-templates button") ?? document.getElementById("id_subject")).focus();
}

box.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  const all = options();
  const isOpen = !list().hidden && all.length > 0;
  const at = all.indexOf(selected());
  if (event.key === "ArrowDown" && all.length) { show(true); select(all[(at + 1) % all.length]); }
  else if (event.key === "ArrowUp" && isOpen) select(all[(at - 1 + all.length) % all.length]);
  else if (event.key === "Escape" && isOpen) show(false);
  else if (event.key === "Enter" && !chosen.value) pickWhenCurrent();
  else return;
  event.preventDefault();
  event.stopPropagation();
});

// Rows for what was typed before must not be taken: Enter waits for those of the last letter.
let isAwaited = false;
const isCurrent = () => list().dataset.for === box.value.trim();

function pickWhenCurrent() {
  if (isCurrent()) {
    const option = selected() ?? options()[0];
    if (option) choose(option);
    else document.querySelector("#new-caller summary").focus();
  } else if (box.value.trim()) isAwaited = true;
}

box.addEventListener("input", () => {
  isAwaited = false;
  if (!chosen.value) return;
  // Other words, another caller.
  chosen.value = "";
  document.getElementById("caller-card").replaceChildren();
});
box.addEventListener("blur", () => setTimeout(() => show(false), 150));

document.addEventListener("htmx:afterSwap", (event) => {
  if (!event.detail.requestConfig?.path?.startsWith("/desk/callers/") || event.detail.target.id !== "callers") return;
  const all = options();
  show(all.length > 0 && document.activeElement === box);
  if (all.length) select(all[0]);
  if (isAwaited && isCurrent()) {
    isAwaited = false;
    pickWhenCurrent();
  }
});

form.addEventListener("mousedown", (event) => {
  const option = event.target.closest("[data-caller]");
  if (!option) return;
  event.preventDefault();
  choose(option);
});

// Without scripts a template is a button of the form, and the page comes back filled in.
form.addEventListener("click", (event) => {
  const template = event.target.closest("button[name=template]");
  if (!template) return;
  event.preventDefault();
  const { subject, description, category } = template.dataset;
  form.elements.subject.value = subject;
  const words = form.elements.description;
  words.value = description;
  if (category) {
    form.elements.category.value = category;
    form.elements.category.dispatchEvent(new Event("change", { bubbles: true }));
  }
  words.focus();
  words.setSelectionRange(words.value.length, words.value.length);
});

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(event.target.name === "solution" ? form.querySelector("button[name=resolve]") : undefined);
});
