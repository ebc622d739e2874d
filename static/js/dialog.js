// Fragments in the page's one <dialog>. The element brings the focus trap, Esc and the top layer.
// Open: a link with href, hx-get, hx-target="#dialog" and data-dialog; without scripts it is a page.
// Close: [data-dialog-close], a click on the backdrop, Esc, or the event "dialog:close" (HX-Trigger).

const dialog = document.getElementById("dialog");
let opener = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-dialog]");
  if (link) {
    opener = link;
    // a menu left open underneath would take the first Esc
    link.closest("details.menu-d")?.removeAttribute("open");
  }
  if (event.target.closest("[data-dialog-close]")) dialog.close();
  if (event.target === dialog && isOutside(event) && !hasTyped()) dialog.close();
});

function isOutside({ clientX, clientY }) {
  const box = dialog.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

// A stray click beside the dialog must not throw words away; Esc and Cancel are meant.
function hasTyped() {
  return [...dialog.querySelectorAll("textarea, input[type=text]")].some((field) => field.value !== field.defaultValue);
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== dialog || !dialog.firstElementChild) return;
  if (!dialog.open) dialog.showModal();
  if (event.detail.xhr.status >= 400) return;
  (dialog.querySelector("[autofocus], .dlg-body :is(input:not([type=hidden]), select, textarea)") ?? dialog).focus();
});

// A change on the page may have drawn the button that opened the dialog anew.
function drawnAgain(node) {
  if (!node) return null;
  if (node.id) return document.getElementById(node.id);
  const address = node.getAttribute("href");
  return address ? document.querySelector(`[data-dialog][href="${CSS.escape(address)}"]`) : null;
}

dialog?.addEventListener("close", () => {
  dialog.replaceChildren();
  const back = opener?.isConnected ? opener : drawnAgain(opener);
  const menu = back?.closest("details:not([open])");
  if (back) (menu?.querySelector("summary") ?? back).focus();
  // Without an opener the browser has given the focus back itself, if what had it is still there.
  else if (document.activeElement === document.body) document.getElementById("main")?.focus();
  opener = null;
});

document.addEventListener("dialog:close", () => { if (dialog?.open) dialog.close(); });

// Ctrl Enter does what the primary button says.
dialog?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) dialog.querySelector("form")?.requestSubmit();
});
