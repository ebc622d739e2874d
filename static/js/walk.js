// From ticket to ticket as they stood in the list one came from. A list leaves its order for this tab; a ticket on it says
// which it is and leads to its neighbours ([data-walk]).

const ORDER = "walk";
const place = document.querySelector("[data-walk]");
const pathOf = (link) => new URL(link.getAttribute("hx-get") ?? link.href, location.href).pathname.replace(/preview\/$/, "");

function leaveOrder() {
  const rows = [...document.querySelectorAll("[data-row-link]")].map(pathOf);
  if (rows.length) sessionStorage.setItem(ORDER, JSON.stringify(rows));
}

function showPlace() {
  const rows = JSON.parse(sessionStorage.getItem(ORDER) ?? "[]");
  const at = rows.indexOf(location.pathname);
  if (at < 0 || rows.length < 2) return;
  place.querySelector("[data-walk-words]").textContent = place.dataset.words.replace("#1", at + 1).replace("#2", rows.length);
  for (const [name, to] of [["previous", rows[at - 1]], ["next", rows[at + 1]]]) {
    const link = place.querySelector(`[data-walk-${name}]`);
    if (to) link.href = to;
    else link.setAttribute("aria-disabled", "true");
  }
  place.hidden = false;
}

try {
  if (place) showPlace();
  else leaveOrder();
} catch { /* storage may be off */ }
