// The focus is never lost: when what had it is swapped away, its nearest surroundings that are still there get it; a list
// that comes back after a change of some rows goes on at the next one.

const NEXT_ROW = "next-row";
let surroundings = [];

document.addEventListener("focusin", (event) => {
  surroundings = [];
  for (let node = event.target; node && node !== document.body; node = node.parentElement) if (node.id) surroundings.push(node.id);
});

// Left on purpose: nothing to give back.
document.addEventListener("focusout", (event) => {
  if (event.relatedTarget) return;
  queueMicrotask(() => {
    if (event.target.isConnected && !event.target.disabled && document.hasFocus()) surroundings = [];
  });
});

function giveBack() {
  const isLost = !document.activeElement || document.activeElement === document.body;
  if (!isLost || document.querySelector("dialog[open]")) return;
  for (const id of surroundings) {
    const node = document.getElementById(id);
    if (!node || !node.getClientRects().length) continue;
    node.focus({ preventScroll: true });
    if (document.activeElement === node) return;
  }
}

for (const swapped of ["htmx:afterSettle", "htmx:oobAfterSwap"]) document.addEventListener(swapped, () => setTimeout(giveBack));

// --- Lists --------------------------------------------------------------------------------------------------------

const address = (row) => row.querySelector("[data-row-link]")?.getAttribute("href") ?? "";

document.addEventListener("submit", (event) => {
  const rows = [...event.target.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const isChosen = (row) => row.querySelector("[data-select]")?.checked;
  const last = rows.findLastIndex(isChosen);
  if (last < 0) return;
  const next = rows.slice(last + 1).find((row) => !isChosen(row)) ?? rows.slice(0, last).reverse().find((row) => !isChosen(row));
  try { sessionStorage.setItem(NEXT_ROW, JSON.stringify([location.pathname, next ? address(next) : ""])); } catch { /* storage may be off */ }
});

function goOn() {
  const [path, wanted] = JSON.parse(sessionStorage.getItem(NEXT_ROW) ?? "[]");
  if (path !== location.pathname) return;
  sessionStorage.removeItem(NEXT_ROW);
  const links = [...document.querySelectorAll("[data-row-link]")];
  (links.find((link) => link.getAttribute("href") === wanted) ?? links[0])?.focus();
}

try { goOn(); } catch { /* storage may be off */ }

// --- Another page -------------------------------------------------------------------------------------------------

// A page that a link or a step of ours led to begins at its content; one that was typed or bookmarked begins at its top.
const AGAIN = "page-again";
document.addEventListener("page:again", () => { try { sessionStorage.setItem(AGAIN, "yes"); } catch { /* storage may be off */ } });

function isLedTo() {
  let isAgain = false;
  try {
    isAgain = Boolean(sessionStorage.getItem(AGAIN));
    sessionStorage.removeItem(AGAIN);
  } catch { /* storage may be off */ }
  const [how] = performance.getEntriesByType("navigation");
  return isAgain || (how?.type === "navigate" && document.referrer.startsWith(`${location.origin}/`));
}

if (isLedTo() && document.activeElement === document.body && !location.hash && !document.querySelector("[autofocus]")) {
  document.getElementById("main")?.focus({ preventScroll: true });
}
