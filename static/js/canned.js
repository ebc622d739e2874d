// Saved replies: found while typing, moved through with the arrow keys, put where the cursor stood. ";" at the beginning of
// a line opens them. Without this script choosing one posts, and the server puts it at the end of the draft.

// [data-pick]: rows of other dialogs that are found in the same way, and are pressed for what they are
const ROWS = "#dialog :is([data-canned], [data-pick])";
const rows = () => [...document.querySelectorAll(ROWS)].filter((row) => !row.hidden);
// the field whose ";" asked for them: it goes once something is chosen
let asked = null;

function filter(search) {
  const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of document.querySelectorAll(ROWS)) {
    const text = row.textContent.toLowerCase();
    row.hidden = !wanted.every((word) => text.includes(word));
  }
  const none = document.querySelector("#dialog [data-canned-none]");
  if (none) none.hidden = !search.value || rows().length > 0;
}

document.addEventListener("htmx:afterSwap", () => {
  const box = document.querySelector("#dialog [data-canned-search]");
  if (!box?.hidden) return;
  box.hidden = false;
  box.querySelector("input").focus();
});

document.addEventListener("input", (event) => {
  const { target } = event;
  if (target.id === "canned-search") filter(target);
  if (event.inputType !== "insertText" || event.data !== ";" || !target.matches("[data-compose-form] textarea")) return;
  const at = target.selectionStart;
  if (at > 1 && target.value[at - 2] !== "\n") return;
  asked = { field: target, at: at - 1 };
  target.form.querySelector("[data-canned-open]")?.click();
});

document.addEventListener("keydown", (event) => {
  const inside = event.target.id === "canned-search" || event.target.matches?.(ROWS);
  if (!inside || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  const all = rows();
  const at = all.indexOf(event.target);
  if (event.key === "Enter") {
    if (at >= 0) return;
    event.preventDefault();
    // what acts on the ticket is looked at first
    if (all[0]?.matches("[data-pick]")) all[0].focus();
    else all[0]?.click();
    return;
  }
  event.preventDefault();
  const next = event.key === "ArrowDown" ? all[at + 1] : all[at - 1] ?? document.getElementById("canned-search");
  next?.focus();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("#dialog [data-canned]");
  if (!row) return;
  event.preventDefault();
  const { canned: text, mode } = row.dataset;
  const dialog = document.getElementById("dialog");
  // after the dialog has given the focus back to what opened it
  dialog.addEventListener("close", () => setTimeout(() => insert(text, mode)), { once: true });
  dialog.close();
});

function insert(text, mode) {
  if (asked?.field.value[asked.at] === ";") asked.field.setRangeText("", asked.at, asked.at + 1, "end");
  asked = null;
  document.dispatchEvent(new CustomEvent("composer:insert", { detail: { text, mode } }));
}

document.getElementById("dialog")?.addEventListener("close", () => setTimeout(() => { asked = null; }, 100));
