// The command palette: Ctrl K anywhere, also while typing. A combobox with a listbox (ARIA APG): the focus stays in the
// box, aria-activedescendant says which row is meant. The rows come from the server (htmx); this moves and runs them.

const palette = document.getElementById("palette");
const input = document.getElementById("palette-input");
const RECENT = "palette-recent";
const MOST_RECENT = 8;

// Numbers only: no text of a ticket stays on the device.
const here = location.pathname.match(/^\/(?:desk\/t|my\/tickets)\/([A-Za-z]{2,4}-(\d+))\//);

function recent() {
  try { return (localStorage.getItem(RECENT) ?? "").split(",").filter((number) => /^\d+$/.test(number)); } catch { return []; }
}

if (here) {
  const numbers = [here[2], ...recent().filter((number) => number !== here[2])].slice(0, MOST_RECENT);
  try { localStorage.setItem(RECENT, numbers.join(",")); } catch { /* storage may be full or switched off */ }
}

const options = () => [...palette.querySelectorAll("[role=option]")];
const selected = () => palette.querySelector("[role=option][aria-selected=true]");

function select(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

function step(by) {
  const all = options();
  if (!all.length) return;
  const at = all.indexOf(selected());
  select(all[(at + by + all.length) % all.length]);
}

function open() {
  if (palette.open) {
    input.select();
    return;
  }
  // Closing gives the focus back to what had it: the browser remembers it for a modal dialog.
  palette.showModal();
  input.select();
  window.htmx?.trigger(input, "palette:open");
}

const visible = (node) => node.getClientRects().length > 0 && !node.disabled;

function run(option, newTab) {
  const key = option.dataset.press;
  const button = key && [...document.querySelectorAll(`[data-key="${CSS.escape(key)}" i]`)].filter(visible).at(-1);
  if (newTab) {
    window.open(option.href, "_blank", "noopener");
    return;
  }
  palette.close();
  if (button) button.click();
  else location.assign(option.href);
}

document.addEventListener("keydown", (event) => {
  if (!palette || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open();
});

document.addEventListener("click", (event) => {
  if (!palette) return;
  if (event.target.closest("[data-palette-open]")) {
    event.preventDefault();
    open();
  }
});

input?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") step(1);
  else if (event.key === "ArrowUp") step(-1);
  else if (event.key === "Enter" && selected() && isCurrent()) run(selected(), event.ctrlKey || event.metaKey);
  else return;
  event.preventDefault();
  // The dialog's and the composer's own Ctrl Enter must not hear this one.
  event.stopPropagation();
});

// Rows for what was typed before must not run: Enter then searches for what is in the box.
function isCurrent() {
  return document.getElementById("palette-list")?.dataset.for === input.value.trim();
}

input?.addEventListener("htmx:configRequest", (event) => {
  event.detail.parameters.key = here?.[1] ?? "";
  if (!input.value.trim()) event.detail.parameters.recent = recent().join(",");
});

document.addEventListener("htmx:afterSwap", (event) => {
  const list = document.getElementById("palette-list");
  if (!palette?.open || !list || !event.detail.requestConfig?.path?.startsWith("/palette")) return;
  select(options()[0] ?? null);
  const tag = palette.querySelector("[data-palette-here]");
  tag.textContent = list.dataset.here ?? "";
  tag.hidden = !list.dataset.here;
  const count = options().length;
  input.setAttribute("aria-expanded", String(count > 0));
});

palette?.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    run(option, false);
  } else if (event.target.closest("[data-palette-close]") || (event.target === palette && isOutside(event))) palette.close();
});

function isOutside({ clientX, clientY }) {
  const box = palette.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

palette?.addEventListener("close", () => {
  input.value = "";
  document.getElementById("palette-list")?.replaceChildren();
});
