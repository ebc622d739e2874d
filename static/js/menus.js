// Menus are <details>: they open and close without scripts. This adds what people expect of a menu, and the theme switch.

const openMenus = () => document.querySelectorAll("details.menu-d[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu-d[open]");
  if (event.key === "Escape") {
    for (const open of openMenus()) {
      open.open = false;
      open.querySelector("summary").focus();
      event.preventDefault();
    }
  }
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const items = [...menu.querySelectorAll("a.menu-i, button.menu-i")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: Math.max(at, 0) - 1, Home: 0, End: items.length - 1 }[event.key];
  items[(to + items.length) % items.length]?.focus();
  event.preventDefault();
});

// Choices that cost something are fetched when somebody wants to choose.
function loadChoices(menu) {
  const list = menu.querySelector("[data-choices]");
  if (list) window.htmx.ajax("GET", list.dataset.choices, { target: list, swap: "innerHTML" });
}

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("details.menu-d") || !menu.open) return;
  for (const other of openMenus()) if (other !== menu) other.open = false;
  loadChoices(menu);
  if ("refused" in menu.dataset) delete menu.dataset.refused;
  else menu.querySelector(".prop-error")?.replaceChildren();
}, true);

// A choice closes its menu at once and gives the focus back to what opened it; a refusal opens it again, with its words.
document.addEventListener("htmx:beforeRequest", (event) => {
  const menu = event.target.closest?.("details.menu-d[open]");
  if (!menu || !event.target.matches("form")) return;
  menu.querySelector("summary").focus({ preventScroll: true });
  menu.open = false;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const menu = event.target.closest?.("details.menu-d");
  if (!menu || !event.target.matches("form") || event.detail.xhr.status < 400) return;
  menu.dataset.refused = "";
  menu.open = true;
});

// Redrawing merges into what stands: what the reader opened stays open, and a conflict stands until it is answered.
window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.matches("details, dialog"));
window.Idiomorph.defaults.callbacks.beforeNodeMorphed = (node) => !node.matches?.("[data-kept]");
window.Idiomorph.defaults.callbacks.beforeNodeRemoved = (node) => !node.matches?.("[data-conflict], [data-error]");

// --- Theme ----------------------------------------------------------------------------------------------------

const YEAR_SECONDS = 365 * 24 * 3600;

function markTheme() {
  const chosen = document.documentElement.dataset.themeChoice ?? "auto";
  for (const button of document.querySelectorAll("[data-theme-to]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeTo === chosen));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-to]");
  if (!button) return;
  document.cookie = `theme=${button.dataset.themeTo}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  document.dispatchEvent(new CustomEvent("theme:choose", { detail: button.dataset.themeTo }));
  markTheme();
});

markTheme();
