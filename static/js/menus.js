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
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  items[(to + items.length) % items.length]?.focus();
  event.preventDefault();
});

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("details.menu-d") || !menu.open) return;
  for (const other of openMenus()) if (other !== menu) other.open = false;
  menu.querySelector(".prop-error")?.replaceChildren();
}, true);

// A property that was changed is drawn anew: the focus stays on it, unless it has gone elsewhere meanwhile.
let changedMenu = "";

document.addEventListener("submit", (event) => {
  changedMenu = event.target.closest?.("details.menu-d[id]")?.id ?? "";
}, true);
document.addEventListener("htmx:afterSettle", () => {
  const summary = changedMenu && document.getElementById(changedMenu)?.querySelector("summary");
  if (!summary || document.activeElement !== document.body) return;
  changedMenu = "";
  summary.focus({ preventScroll: true });
});

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
