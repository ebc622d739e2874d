// What every page needs: words for the live region, one undo bar, failed requests, lost sessions, sending once.
// The modules do not import each other; they talk through events on the document:
//   "announce" (text), "undo" ({text, url}), "dialog:close" – also usable from the server with HX-Trigger.

const words = document.getElementById("strings")?.dataset ?? {};

let announceTimer = 0;

// The page's one live region: whoever has something to say says it here, and what is said twice at once is heard once.
function announce(text) {
  const region = document.getElementById("announce");
  if (!region || !text) return;
  region.textContent = "";
  clearTimeout(announceTimer);
  // A change in the same task would be one mutation: the same words twice would stay silent.
  announceTimer = setTimeout(() => { region.textContent = text; }, 50);
}

document.addEventListener("announce", (event) => {
  announce(event.detail?.value ?? event.detail?.text ?? event.detail);
});

// --- Undo bar: one at a time, no timeout ----------------------------------------------------------------------

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function keyCap(key) {
  return element("span", { class: "key-hint", "aria-hidden": "true" }, element("kbd", {}, key));
}

function showUndo({ text, url }) {
  const host = document.getElementById("undo");
  if (!host) return;
  const bar = element("div", { class: "undo", role: "region", "aria-label": words.undo }, text);
  if (url) {
    const button = element("button", { class: "btn btn-sm", "data-key": "z", "aria-keyshortcuts": "Z" }, words.undo, " ", keyCap("Z"));
    bar.append(element("form", { method: "post", action: url, "hx-post": url, "hx-swap": "none", "hx-sync": "this:drop" }, csrfField(), button));
  }
  bar.append(element("button", { type: "button", class: "btn btn-sm btn-icon", "data-undo-dismiss": "", "aria-label": words.dismiss }, "×"));
  host.replaceChildren(bar);
  window.htmx?.process(host);
  announce(text);
}

function csrfToken() {
  return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] ?? "";
}

function csrfField() {
  return element("input", { type: "hidden", name: "csrfmiddlewaretoken", value: csrfToken() });
}

document.addEventListener("undo", (event) => showUndo(event.detail));
document.addEventListener("undone", () => document.getElementById("undo")?.replaceChildren());
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-undo-dismiss]")) document.getElementById("undo")?.replaceChildren();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) {
    document.getElementById("undo")?.replaceChildren();
  }
});

// --- Answers that are not a success ---------------------------------------------------------------------------

const REFUSED = new Set([403, 409, 422]);

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (isSignInPage(xhr)) {
    event.detail.shouldSwap = false;
    askToSignIn();
    return;
  }
  if (!REFUSED.has(xhr.status) || xhr.getResponseHeader("HX-Retarget")) return;
  if (requestConfig.elt.matches("textarea")) {
    event.detail.shouldSwap = false;
    return;
  }
  // The form itself stays as it is, with everything typed; the answer goes to the place it keeps for errors.
  const place = placeForErrors(requestConfig.elt, xhr.responseText);
  if (!place) return;
  event.detail.target = place;
  event.detail.swapOverride = "innerHTML";
  event.detail.isError = false;
});

function placeForErrors(source, answer) {
  const form = source.closest("[data-errors]");
  if (form) return document.querySelector(form.dataset.errors);
  if (source.closest(".undo")) return whyNot(source);
  const body = source.closest("dialog")?.querySelector(".dlg-body");
  // A whole dialog comes back when its view draws the form again; only a bare message needs a place above the fields.
  if (!body && source.getAttribute("hx-swap") === "none") return besideIt(source);
  if (!body || answer.includes("dlg-inner")) return null;
  const place = body.querySelector(":scope > [data-dialog-errors]") ?? element("div", { "data-dialog-errors": "" });
  body.prepend(place);
  return place;
}

// A way back that was overtaken: the bar says who changed what since, and offers it no more.
function whyNot(form) {
  const place = element("span", { class: "undo-why" });
  form.replaceWith(place);
  return place;
}

function besideIt(source) {
  source.parentElement.querySelector(":scope > .form-errors-in-place")?.remove();
  const place = element("div", { class: "form-errors-in-place", role: "alert" });
  source.after(place);
  return place;
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (!REFUSED.has(event.detail.xhr?.status)) return;
  event.detail.target.querySelector("[data-focus], [role=alert][tabindex]")?.focus();
});

// A redirect to the page one is on would only move to its anchor: it means "show it again".
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const to = event.detail.xhr.getResponseHeader("HX-Redirect");
  if (!to) return;
  const address = new URL(to, location.href);
  if (address.pathname !== location.pathname || address.search !== location.search) return;
  event.preventDefault();
  history.replaceState(null, "", address);
  document.dispatchEvent(new CustomEvent("page:again"));
  location.reload();
});

function isSignInPage(xhr) {
  return xhr.status === 401 || Boolean(xhr.responseURL && new URL(xhr.responseURL).pathname.startsWith("/login/"));
}

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt } = event.detail;
  if (xhr.status === 401) askToSignIn();
  else if (!REFUSED.has(xhr.status)) complain(elt, words.failed);
});
document.addEventListener("htmx:sendError", (event) => complain(event.detail.elt, words.failed));
document.addEventListener("htmx:timeout", (event) => complain(event.detail.elt, words.failed));

// Errors never float: they stand beside what failed. Background requests (drafts, polling) report for themselves.
function complain(source, text) {
  if (source.matches("textarea, [data-quiet], [data-live-url]")) return;
  const form = source.closest("[data-errors]");
  const place = form && document.querySelector(form.dataset.errors);
  const note = element("p", { class: "form-errors-in-place", role: "alert" }, text);
  if (place) place.replaceChildren(note);
  else {
    source.parentElement?.querySelector(":scope > .form-errors-in-place")?.remove();
    source.after(note);
  }
}

// A conflict was read: sending again is now meant. Only the version moves on; the text is untouched.
document.addEventListener("click", (event) => {
  const accept = event.target.closest("[data-accept-version]");
  if (!accept) return;
  const form = accept.closest("form") ?? document.querySelector(`[data-errors="#${accept.closest("[id]").id}"]`);
  const version = form?.querySelector("input[name=version]");
  if (version) version.value = accept.dataset.acceptVersion;
  accept.closest("[data-conflict]").remove();
  const pressed = lastPressed.get(form);
  if (pressed) pressed.click();
  else form?.requestSubmit();
});

// A property's form says its new value with the button that was pressed; repeating it needs the same button.
const lastPressed = new WeakMap();
document.addEventListener("submit", (event) => {
  if (event.submitter) lastPressed.set(event.target, event.submitter);
}, true);

// --- Lost session: sign in over the page, the text underneath stays -------------------------------------------

let isAsking = false;

async function askToSignIn() {
  const dialog = document.getElementById("dialog");
  // Several requests find out in the same moment; the form comes once, and what is typed into it stays.
  if (!dialog || isAsking || dialog.querySelector("[data-sign-in]")) return;
  isAsking = true;
  const page = await fetchPage("/login/");
  isAsking = false;
  const form = page?.querySelector("form[data-sign-in]");
  if (!form) {
    location.reload();
    return;
  }
  form.querySelector("input[name=next]")?.remove();
  const body = element("div", { class: "dlg-body portal" }, element("p", { class: "soft" }, words.signInAgain), form);
  dialog.replaceChildren(element("header", {}, element("h2", { id: "dialog-title" }, words.signIn)), body);
  if (!dialog.open) dialog.showModal();
  form.addEventListener("submit", (event) => { event.preventDefault(); signIn(form, dialog); });
}

async function fetchPage(address, options) {
  try {
    const answer = await fetch(address, { credentials: "same-origin", ...options });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    page.finalPath = new URL(answer.url).pathname;
    return page;
  } catch {
    return null;
  }
}

async function signIn(form, dialog) {
  const page = await fetchPage("/login/", { method: "POST", body: new FormData(form) });
  if (!page) return;
  if (page.finalPath.startsWith("/login/")) {
    const error = page.querySelector("form[data-sign-in] .invalid-feedback, form[data-sign-in] .error-summary, .error-summary");
    form.querySelector("[data-sign-in-error]")?.remove();
    if (error) form.prepend(element("div", { "data-sign-in-error": "", role: "alert", class: "invalid-feedback" }, error.textContent.trim()));
    return;
  }
  // Signing in makes a new token: the page keeps working only with that one.
  const headers = page.body.getAttribute("hx-headers");
  if (headers) document.body.setAttribute("hx-headers", headers);
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = csrfToken();
  dialog.close();
  announce(words.signedIn);
}

// --- Plain forms send once ------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // After the browser has read the pressed button's name: a disabled one would not be sent.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = true;
  });
});

// Coming back with the browser's back button shows the page as it was left: it must be usable again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button:disabled")) button.disabled = false;
  }
});

// --- Small things ---------------------------------------------------------------------------------------------

// A form that came back with errors: the summary is read first.
document.querySelector("[data-focus]")?.focus();

// What a page says when it comes: words of the step that led to it, or of a part that was swapped in.
function announceIn(node) {
  announce([...node.querySelectorAll("[data-announce]")].map((part) => part.textContent.trim()).join(" "));
}
announceIn(document);
document.addEventListener("htmx:afterSwap", (event) => announceIn(event.detail.target));

document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => announce(words.copied));
  const reveal = event.target.closest("[data-reveal]");
  if (reveal) togglePassword(reveal);
  const panel = event.target.closest("[data-toggle-panel]");
  if (panel) togglePanel(panel);
});

function togglePassword(button) {
  const field = document.getElementById(button.dataset.reveal);
  field.type = field.type === "password" ? "text" : "password";
  button.setAttribute("aria-pressed", String(field.type === "text"));
}

function togglePanel(button) {
  const panel = document.getElementById(button.dataset.togglePanel);
  const open = panel.classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(open));
  if (open) panel.focus();
}

document.addEventListener("keydown", (event) => {
  const panel = event.key === "Escape" && document.querySelector(".tk-side.is-open");
  if (!panel) return;
  panel.classList.remove("is-open");
  const opener = document.querySelector(`[data-toggle-panel="${panel.id}"]`);
  opener?.setAttribute("aria-expanded", "false");
  opener?.focus();
});
