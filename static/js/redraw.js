// A form that is drawn again by the server while somebody types on (form[data-redrawn]): what was typed after it was
// sent is put back into the new one.

const before = new Map();
let since = [];

const isForm = (node) => node instanceof HTMLFormElement && node.hasAttribute("data-redrawn");
const isBox = (field) => field.type === "checkbox" || field.type === "radio";
const state = (field) => (isBox(field) ? field.checked : field.value);

function fields(form) {
  return [...form.elements].filter((field) => field.id && field.matches("input, textarea, select:not([multiple])"));
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.target;
  if (!isForm(form)) return;
  before.clear();
  for (const field of fields(form)) before.set(field.id, state(field));
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.target;
  since = isForm(form) ? fields(form).filter((field) => before.has(field.id) && before.get(field.id) !== state(field)) : [];
});

document.addEventListener("htmx:afterSwap", () => {
  for (const old of since) {
    const field = document.getElementById(old.id);
    if (!field || field.name !== old.name) continue;
    if (isBox(field)) field.checked = old.checked;
    else field.value = old.value;
  }
  since = [];
});
