// The two-sided composer. It opens on the side whose button was pressed and never changes sides by itself. Drafts are kept
// by the server (htmx on the textarea); this module keeps a copy on the device only while the server cannot be reached.

const composer = document.querySelector("[data-composer]");
const words = document.getElementById("strings")?.dataset ?? {};

// Words that show the writer may be on the wrong side. A hint, never a dialog, and nothing is blocked.
const GREETINGS = /^\s*(halo|hai|hello|hi|dear|yth|selamat (pagi|siang|sore|malam))\b/i;
const STAFF_ONLY = /(^|\s)@\w+|\b(password|kata sandi|passwd)\s*[:=]/i;

export function looksLikeLetter(text, requester) {
  const opening = text.slice(0, 80);
  return GREETINGS.test(opening) && (!requester || opening.toLowerCase().includes(requester.toLowerCase()));
}

export function looksInternal(text) {
  return STAFF_ONLY.test(text);
}

// Only lines long enough to be a sentence: "Terima kasih" stands in notes, too.
const SENTENCE = 30;

export function repeatsNote(text, notes) {
  const lines = text.split("\n").map((line) => line.replace(/^[\s>*-]+/, "").replace(/\s+/g, " ").trim());
  return lines.some((line) => line.length >= SENTENCE && notes.some((note) => note.includes(line)));
}

function notesHere() {
  return [...document.querySelectorAll("#timeline .msg-note > .body")].map((body) => body.textContent.replace(/\s+/g, " "));
}

function forms() {
  return [...composer.querySelectorAll("[data-compose-form]")];
}

function openSide(mode) {
  const wanted = forms().find((form) => form.dataset.composeForm === mode);
  if (!wanted) return;
  composer.querySelector("[data-composer-closed]").hidden = true;
  const box = composer.querySelector("[data-composer-open]");
  box.hidden = false;
  box.dataset.mode = mode;
  for (const form of forms()) form.hidden = form !== wanted;
  for (const link of box.querySelectorAll("[data-compose]")) {
    if (link.dataset.compose === mode) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  say("");
  const text = wanted.querySelector("textarea");
  text.focus({ preventScroll: true });
  text.setSelectionRange(text.value.length, text.value.length);
  box.scrollIntoView({ block: "nearest" });
}

function closeSides() {
  composer.querySelector("[data-composer-open]").hidden = true;
  const closed = composer.querySelector("[data-composer-closed]");
  closed.hidden = false;
  closed.querySelector("a")?.focus();
}

function say(text) {
  composer.querySelector("[data-composer-saved]").textContent = text;
}

function hint(form) {
  const note = form.dataset.composeForm === "note";
  const text = form.querySelector("textarea").value;
  const requester = composer.dataset.requester ?? "";
  const template = note
    ? looksLikeLetter(text, requester) && words.greetingInNote
    : (looksInternal(text) && words.mentionInReply) || (repeatsNote(text, notesHere()) && words.noteInReply);
  const place = form.querySelector("[data-composer-hint]");
  place.hidden = !template;
  place.textContent = template ? template.replace("#", requester) : "";
}

// --- Copy on this device, only while the server's copy is behind ------------------------------------------------

// Named by the form's own address and side: both sides may share one address for drafts, and a note must never come back
// as a reply.
const deviceKey = ({ form }) => `unsent:${form.dataset.composeForm}:${new URL(form.action).pathname}`;

function keep(textarea) {
  try {
    localStorage.setItem(deviceKey(textarea), textarea.value);
    say(words.draftKept);
  } catch {
    // Storage may be full or forbidden; the text still stands in the field.
  }
}

function forget(textarea) {
  try {
    localStorage.removeItem(deviceKey(textarea));
  } catch {
    // Nothing was kept then.
  }
}

function bringBack(textarea) {
  let kept = null;
  try {
    kept = localStorage.getItem(deviceKey(textarea));
  } catch {
    return;
  }
  if (!kept || kept === textarea.value) return;
  // What the server has may be the beginning of what was kept here; anything else is kept beside it.
  textarea.value = kept.startsWith(textarea.value) ? kept : `${textarea.value}\n\n${kept}`;
  openSide(textarea.form.dataset.composeForm);
  say(words.draftFound);
}

// A session that ended answers with the sign-in page and 200: that is not "sent", and nothing may be cleared.
function hasArrived(xhr) {
  const isSignIn = xhr.responseURL && new URL(xhr.responseURL).pathname.startsWith("/login/");
  return xhr.status >= 200 && xhr.status < 300 && !isSignIn;
}

// --- Wiring ---------------------------------------------------------------------------------------------------

function clear(form) {
  form.reset();
  const text = form.querySelector("textarea");
  text.value = "";
  text.defaultValue = "";
  forget(text);
  form.querySelector("[data-files]")?.replaceChildren();
  form.querySelector(".cmp-errors")?.replaceChildren();
  form.querySelector("[data-preview]")?.replaceChildren();
  // Asked once: the next reply goes to an address that is known.
  form.querySelector("[data-outside]")?.remove();
  renewKey(form);
  hint(form);
}

// The next message is another intent and needs its own key.
function renewKey(form) {
  const key = form.querySelector("input[name=dedupe_key]");
  if (key) key.value = crypto.randomUUID();
}

if (composer) {
  composer.addEventListener("click", (event) => {
    const link = event.target.closest("[data-compose]");
    if (!link) return;
    event.preventDefault();
    openSide(link.dataset.compose);
  });

  composer.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) hint(event.target.form);
  });

  composer.addEventListener("keydown", (event) => {
    const form = event.target.closest("[data-compose-form]");
    if (!form) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      closeSides();
    }
  });

  composer.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = event.detail;
    const arrived = hasArrived(xhr);
    if (elt.matches("textarea")) {
      if (arrived) {
        forget(elt);
        say(words.draftSaved);
      } else keep(elt);
    } else if (elt.matches("[data-compose-form]") && arrived) {
      clear(elt);
      closeSides();
      document.getElementById("new-since")?.remove();
      document.getElementById("timeline")?.lastElementChild?.scrollIntoView({ block: "end" });
    } else if (elt.matches("[data-compose-form]")) keep(elt.querySelector("textarea"));
  });

  // Other words went out under this key: what stands here now is another message, if it is sent at all.
  composer.addEventListener("sent-already", (event) => {
    const form = event.target.closest("[data-compose-form]");
    if (form) renewKey(form);
  });

  // Text from elsewhere on the page (an article, a workaround) goes into the reply draft and is never sent.
  document.addEventListener("composer:insert", (event) => {
    const { text, mode = "reply" } = event.detail;
    const field = forms().find((form) => form.dataset.composeForm === mode)?.querySelector("textarea");
    // where the cursor stood; opening a side that is closed puts it at the end
    const at = field && !field.closest("[hidden]") ? [field.selectionStart, field.selectionEnd] : null;
    openSide(mode);
    if (!field || !text) return;
    const [start, end] = at ?? [field.value.length, field.value.length];
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  document.addEventListener("click", (event) => {
    const source = event.target.closest("[data-insert]");
    if (source) document.dispatchEvent(new CustomEvent("composer:insert", { detail: { text: source.dataset.insert } }));
  });

  // A reply that was taken back stands before what was begun since; its files come along.
  document.addEventListener("composer:back", (event) => {
    const { text, files } = event.detail;
    openSide("reply");
    const form = forms().find((one) => one.dataset.composeForm === "reply");
    const field = form?.querySelector("textarea");
    if (!field) return;
    if (!field.value.startsWith(text)) field.value = field.value.trim() ? `${text}\n\n${field.value}` : text;
    form.querySelector("[data-files]")?.append(...files);
    // kept again as it stands now: what was on its way to the server lacks what came back
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  for (const form of forms()) bringBack(form.querySelector("textarea"));
  if (!composer.querySelector("[data-composer-open]").hidden) {
    openSide(composer.querySelector("[data-composer-open]").dataset.mode);
  }
}
