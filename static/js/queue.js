// Lists of tickets: "all matching", and the preview beside the list. Rows and their keys are in keys.js.
//   [data-all-matching]  checkbox of the bulk bar: every page of the list, not only the rows in sight
//   [data-split]         list left, #preview right; links carry hx-get and stay links without scripts

const split = document.querySelector("[data-split]");
const preview = document.getElementById("preview");
const words = document.getElementById("strings")?.dataset ?? {};
const all = document.querySelector("[data-all-matching]");

// --- All matching -----------------------------------------------------------------------------------------------

function showAllMatching() {
  const count = document.querySelector("[data-bulk-count]");
  if (all?.checked && count) count.textContent = (words.selected ?? "#").replace("#", all.dataset.allMatching);
}

document.addEventListener("change", (event) => {
  if (!all) return;
  if (event.target === all) {
    const boxes = [...document.querySelectorAll("[data-select]")];
    if (all.checked) for (const box of boxes) box.checked = true;
    boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (event.target.matches("[data-select], [data-select-all]") && !event.target.checked) all.checked = false;
  showAllMatching();
});
document.addEventListener("click", (event) => {
  if (all && event.target.closest("[data-select-none]")) all.checked = false;
});

// --- Preview ----------------------------------------------------------------------------------------------------

const isSeen = (node) => Boolean(node?.getClientRects().length);
const ticketOf = (link) => (link.getAttribute("hx-get") ?? link.getAttribute("href")).replace(/preview\/$/, "");
const cursorLink = () => document.querySelector(".is-cursor [data-row-link], .is-cursor[data-row-link]");

// Where there is no room for a preview the link opens the ticket itself.
document.addEventListener("htmx:confirm", (event) => {
  if (!split || !event.target.matches("[data-row-link]") || isSeen(preview)) return;
  event.preventDefault();
  location.assign(ticketOf(event.target));
});

document.addEventListener("htmx:afterSwap", (event) => {
  const link = event.detail.requestConfig?.elt;
  if (!split || event.detail.target !== preview || !link?.matches("[data-row-link]")) return;
  for (const other of split.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  preview.scrollTop = 0;
  history.replaceState(history.state, "", link.getAttribute("href"));
});

function showPreview(link) {
  if (split) {
    link.click();
    return;
  }
  const address = new URL(location.href);
  address.searchParams.set("layout", "split");
  address.searchParams.set("t", ticketOf(link).split("/").at(-2));
  location.assign(address);
}

// Somebody may have chosen another key for "into the preview".
const chosen = JSON.parse(document.documentElement.dataset.keymap ?? "{}");
const intoPreview = chosen.o ?? "o";

const PREVIEW_KEYS = {
  " ": (link) => link && showPreview(link),
  [intoPreview]: (link) => split && link && preview.focus(),
  Enter: (link) => split && link && location.assign(ticketOf(link)),
};

// Before keys.js, which knows only rows.
document.addEventListener("keydown", (event) => {
  if (document.documentElement.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (event.key === "Escape" && preview?.contains(event.target)) {
    cursorLink()?.focus();
    return;
  }
  const act = PREVIEW_KEYS[event.key];
  // only with the row itself in hand: Space and Enter belong to whatever else has the focus
  if (!act || !event.target.matches("[data-row-link], body")) return;
  const link = event.target.matches("[data-row-link]") ? event.target : cursorLink();
  if (!link || (!split && event.key !== " ")) return;
  event.preventDefault();
  act(link);
}, true);
