// Single keys. Every one presses something visible: an element with data-key ("e", "Shift+i", "g 1"), or moves in the list
// of rows. They rest while somebody types, with a modifier held, in an open dialog, and when data-keys="off" stands on
// <html> (WCAG 2.1.4). data-key and ROW_KEYS name the usual keys; data-keymap on <html> says which others somebody chose.

const SEQUENCE_SECONDS = 1.2;
let prefix = "";
let prefixTimer = 0;

// Where the layout writes no Latin letters, the place of the key on the board says which one is meant.
const SIGNS = { Slash: ["/", "?"], Period: [".", ">"] };

export function spell(event) {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.getModifierState?.("AltGraph")) return "";
  let key = event.key;
  if (key.length === 1 && key.charCodeAt(0) > 127) {
    key = /^Key[A-Z]$/.test(event.code) ? event.code.slice(3) : SIGNS[event.code]?.[event.shiftKey ? 1 : 0] ?? key;
  }
  if (/^[a-z]$/i.test(key)) return event.shiftKey ? `shift+${key.toLowerCase()}` : key.toLowerCase();
  return key;
}

// --- Other keys than the usual ones, chosen under /me/keys/ ----------------------------------------------------

const chosen = JSON.parse(document.documentElement.dataset.keymap ?? "{}");
const usual = Object.fromEntries(Object.entries(chosen).map(([from, to]) => [to, from]));

// What the pressed keys do: what was put on them, or what they do anyway unless that was moved elsewhere.
export const meant = (keys) => usual[keys] ?? (keys in chosen ? "" : keys);
const shown = (keys) => keys.toUpperCase().replace("SHIFT", "Shift");

function respell() {
  if (!Object.keys(chosen).length) return;
  for (const node of document.querySelectorAll("[data-key][aria-keyshortcuts]")) {
    const now = chosen[node.dataset.key.toLowerCase()];
    if (now) node.setAttribute("aria-keyshortcuts", now.includes(" ") ? "" : shown(now));
  }
  for (const hint of document.querySelectorAll(".key-hint:not([data-respelled])")) respellHint(hint);
}

function respellHint(hint) {
  hint.dataset.respelled = "";
  const caps = [...hint.querySelectorAll("kbd")];
  const texts = caps.map((cap) => cap.textContent.toLowerCase());
  const whole = texts.join(texts[0] === "shift" ? "+" : " ");
  if (chosen[whole]) {
    hint.replaceChildren(...chosen[whole].split(/[ +]/).map((part) => {
      const cap = document.createElement("kbd");
      cap.textContent = shown(part);
      return cap;
    }));
  } else if (!["shift", "ctrl", "g"].includes(texts[0])) {
    for (const [at, cap] of caps.entries()) if (chosen[texts[at]]) cap.textContent = shown(chosen[texts[at]]);
  }
}

export function isTyping(target) {
  if (!target?.matches) return false;
  return target.isContentEditable || target.matches("textarea, select, [role=textbox], [role=combobox], input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
}

const visible = (node) => node.getClientRects().length > 0 && !node.disabled;
// What waits in a closed menu can be pressed as long as the menu itself is there.
const within = (node) => node.closest("details.menu-d:not([open])")?.querySelector("summary") ?? node;

function press(keys) {
  if (!keys) return false;
  const targets = [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}" i]`)].filter((node) => visible(within(node)) && !node.disabled);
  // What leaves in seconds comes first; else what was drawn last stands on top: the undo bar, the bulk bar, then the page.
  const target = targets.find((node) => node.closest("[data-kind=leaving]")) ?? targets.at(-1);
  if (!target) return false;
  if (target.matches("input, textarea, select")) target.focus();
  else {
    // the arrows go on from here into the menu it opens
    if (target.matches("summary")) target.focus();
    target.click();
  }
  return true;
}

// --- Rows -----------------------------------------------------------------------------------------------------

const rowLinks = () => [...document.querySelectorAll("[data-row-link]")].filter(visible);
const rowOf = (link) => link.closest("[data-row]") ?? link;

function currentLink() {
  return document.querySelector(".is-cursor [data-row-link], .is-cursor[data-row-link]");
}

function moveTo(link) {
  for (const row of document.querySelectorAll(".is-cursor")) row.classList.remove("is-cursor");
  for (const other of rowLinks()) other.tabIndex = other === link ? 0 : -1;
  rowOf(link).classList.add("is-cursor");
  link.focus({ preventScroll: true });
  rowOf(link).scrollIntoView({ block: "nearest" });
}

function step(by) {
  const links = rowLinks();
  if (!links.length) return false;
  const at = links.indexOf(currentLink());
  moveTo(links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + by))]);
  return true;
}

function toggleRow() {
  const box = currentLink() && rowOf(currentLink()).querySelector("[data-select]");
  box?.click();
  return Boolean(box);
}

// A range reaches from the last row that was selected to the one under the cursor.
let lastSelected = null;

function selectRange() {
  const links = rowLinks();
  const to = links.indexOf(currentLink());
  const from = links.findIndex((link) => rowOf(link) === lastSelected);
  if (to < 0) return false;
  for (let at = Math.min(from < 0 ? to : from, to); at <= Math.max(from, to); at += 1) {
    const box = rowOf(links[at]).querySelector("[data-select]");
    if (box && !box.checked) box.click();
  }
  return true;
}

const ROW_KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: toggleRow,
  "shift+x": selectRange,
  o: () => { currentLink()?.click(); return Boolean(currentLink()); },
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.documentElement.dataset.keys === "off") return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const key = spell(event);
  if (!key || key === "Shift") return;
  const keys = meant(prefix ? `${prefix} ${key}` : key);
  if (keys === "?") {
    if (showHelp()) event.preventDefault();
    return;
  }
  const startsSequence = !prefix && key === "g" && document.querySelector('[data-key^="g " i]');
  prefix = "";
  clearTimeout(prefixTimer);
  if (press(keys) || ROW_KEYS[keys]?.()) event.preventDefault();
  else if (startsSequence) {
    prefix = key;
    prefixTimer = setTimeout(() => { prefix = ""; }, SEQUENCE_SECONDS * 1000);
  }
});

// Ctrl K, which works while typing too, belongs to the palette (palette.js).

// --- The list of keys, with the switch that turns single keys off ------------------------------------------------

const YEAR_SECONDS = 365 * 24 * 3600;

function showHelp() {
  const help = document.getElementById("keys-help");
  const dialog = document.getElementById("dialog");
  if (!help || !dialog || dialog.open) return Boolean(help);
  dialog.replaceChildren(help.content.cloneNode(true));
  dialog.classList.add("dlg-wide");
  dialog.addEventListener("close", () => dialog.classList.remove("dlg-wide"), { once: true });
  dialog.querySelector("[data-keys-switch]").checked = document.documentElement.dataset.keys !== "off";
  respell();
  dialog.showModal();
  return true;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-help]")) showHelp();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-switch]")) return;
  const state = event.target.checked ? "on" : "off";
  document.documentElement.dataset.keys = state;
  document.cookie = `keys=${state}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
});

// --- Selection: the checkbox is the real state ----------------------------------------------------------------

const words = typeof document === "undefined" ? {} : document.getElementById("strings")?.dataset ?? {};

function countSelected() {
  const boxes = [...document.querySelectorAll("[data-select]")];
  const chosen = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("[data-row]")?.classList.toggle("is-selected", box.checked);
  const bar = document.querySelector("[data-bulk]");
  if (bar) {
    bar.hidden = chosen.length === 0;
    bar.closest(".sheet")?.classList.toggle("has-bulk", chosen.length > 0);
    bar.querySelector("[data-bulk-count]").textContent = (words.selected ?? "#").replace("#", chosen.length);
  }
  const all = document.querySelector("[data-select-all]");
  if (all) {
    all.checked = chosen.length > 0 && chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) {
    for (const box of document.querySelectorAll("[data-select]")) box.checked = event.target.checked;
  } else if (event.target.matches("[data-select]")) lastSelected = event.target.closest("[data-row]");
  else return;
  countSelected();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-select-none]")) return;
  for (const box of document.querySelectorAll("[data-select]")) box.checked = false;
  countSelected();
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-row-link]") && !rowOf(event.target).classList.contains("is-cursor")) moveTo(event.target);
});

countSelected();
respell();
document.addEventListener("htmx:load", () => { countSelected(); respell(); });
document.addEventListener("undo", respell);

// A field that takes the next key as its value; typing it letter by letter works too where there are no scripts.
document.addEventListener("keydown", (event) => {
  if (!event.target.matches("[data-key-capture]")) return;
  const key = spell(event);
  if (!key || key.length === 0 || (key.length > 1 && !key.startsWith("shift+")) || key === " ") return;
  event.preventDefault();
  const box = event.target;
  box.value = box.value.toLowerCase() === "g" ? `G ${shown(key)}` : shown(key);
});
