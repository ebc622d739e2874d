// Files: drag, paste, list, remove, progress. Without scripts the same form has a plain multiple file input.
//   [data-uploads]            shows the list ([data-files]); data-max-bytes; optional data-upload-url
//   with data-upload-url      each file goes up at once as `file`; the answer is _upload.html with a hidden field
//   without                   files stay in the file input and travel with the form

const words = document.getElementById("strings")?.dataset ?? {};
const MEBIBYTE = 1024 * 1024;

export function spokenSize(bytes) {
  return bytes >= MEBIBYTE ? `${(bytes / MEBIBYTE).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} kB`;
}

function area(node) {
  const form = node.closest("form");
  const box = node.closest("[data-uploads]") ?? form?.querySelector("[data-uploads]");
  const input = box?.querySelector("input[type=file]") ?? form?.querySelector("input[type=file]");
  return box && input ? { form, box, input, list: box.querySelector("[data-files]") } : null;
}

function fileLine(name, note, bad) {
  const line = document.createElement("li");
  const chip = document.createElement("span");
  chip.className = bad ? "attach is-bad" : "attach";
  const label = document.createElement("span");
  label.className = "trunc";
  label.textContent = name;
  const detail = document.createElement("span");
  detail.className = "mute";
  detail.textContent = note;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.dataset.fileRemove = "";
  remove.setAttribute("aria-label", `${words.remove} ${name}`);
  remove.textContent = "×";
  chip.append(label, " ", detail, remove);
  line.append(chip);
  return line;
}

function add(place, files) {
  const most = Number(place.box.dataset.maxBytes);
  for (const file of files) {
    if (file.size > most) {
      place.list.append(fileLine(file.name, `${spokenSize(file.size)} ${words.tooLarge} ${spokenSize(most)}`, true));
    } else if (place.box.dataset.uploadUrl) upload(place, file);
    else hold(place, file);
  }
}

// The input's own list is read-only: it is replaced by one that holds the old files and the new one.
function hold(place, file) {
  const all = new DataTransfer();
  for (const held of place.input.files) if (!isSame(held, file)) all.items.add(held);
  all.items.add(file);
  place.input.files = all.files;
  draw(place);
}

const isSame = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

function draw(place) {
  for (const line of place.list.querySelectorAll("[data-held]")) line.remove();
  [...place.input.files].forEach((file, index) => {
    const line = fileLine(file.name, spokenSize(file.size));
    line.dataset.held = String(index);
    place.list.append(line);
  });
}

function upload(place, file) {
  const line = fileLine(file.name, spokenSize(file.size));
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  line.querySelector(".mute").after(bar);
  place.list.append(line);
  const body = new FormData();
  body.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", place.box.dataset.uploadUrl);
  const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  for (const [name, value] of Object.entries({ ...headers, "HX-Request": "true" })) request.setRequestHeader(name, value);
  request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
  request.onload = () => (request.status < 300 ? arrived(place, line, file, request.responseText) : failed(line, request.responseText));
  request.onerror = () => failed(line, words.failed);
  line.abort = () => request.abort();
  request.send(body);
}

function arrived(place, line, file, markup) {
  const answer = new DOMParser().parseFromString(markup, "text/html").querySelector("li");
  if (!answer) {
    line.querySelector("progress")?.remove();
    return;
  }
  line.replaceWith(answer);
  show(place, file, answer);
}

// A picture stands in the text where the cursor is; taking the file away takes it out of the text too.
const SHOWN = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const textOf = (place) => place?.form.matches("[data-compose-form]") && place.form.querySelector("textarea");

function show(place, file, line) {
  const field = textOf(place);
  const number = line.querySelector("input[name=attachments]")?.value;
  if (!field || !number || !SHOWN.includes(file.type)) return;
  const { selectionStart: at, value } = field;
  const before = at > 0 && value[at - 1] !== "\n" ? "\n" : "";
  field.setRangeText(`${before}![${file.name.replace(/[[\]\\\n]/g, " ")}](attachment:${number})\n`, at, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function hide(place, line) {
  const field = textOf(place);
  const number = line.querySelector("input[name=attachments]")?.value;
  if (!field || !number) return;
  const text = field.value.replace(new RegExp(`!\\[[^\\]\\n]*\\]\\(attachment:${Number(number)}\\)\\n?`, "g"), "");
  if (text === field.value) return;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function failed(line, markup) {
  line.querySelector("progress")?.remove();
  line.firstElementChild.classList.add("is-bad");
  const said = new DOMParser().parseFromString(markup ?? "", "text/html").body.textContent.trim();
  line.querySelector(".mute").textContent = said && said.length < 200 ? said : words.failed;
}

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("input[type=file]")) return;
  const place = area(event.target);
  if (!place) return;
  if (place.box.dataset.uploadUrl) {
    add(place, [...event.target.files]);
    event.target.value = "";
  } else draw(place);
});

document.addEventListener("click", (event) => {
  const remove = event.target.closest("[data-file-remove]");
  if (!remove) return;
  const line = remove.closest("li");
  const place = area(remove);
  if (line.dataset.held !== undefined && place) {
    const rest = new DataTransfer();
    [...place.input.files].forEach((file, index) => { if (index !== Number(line.dataset.held)) rest.items.add(file); });
    place.input.files = rest.files;
    draw(place);
  } else {
    line.abort?.();
    if (place) hide(place, line);
    line.remove();
  }
  place?.input.focus();
});

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  const place = files.length && event.target.closest("form") && area(event.target);
  if (!place) return;
  event.preventDefault();
  add(place, files);
});

const dropTarget = (event) => event.target.closest?.(".cmp, .drop, .reply-box");

document.addEventListener("dragover", (event) => {
  const target = dropTarget(event);
  if (!target || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  target.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => dropTarget(event)?.classList.remove("is-over"));
document.addEventListener("drop", (event) => {
  const target = dropTarget(event);
  if (!target) return;
  target.classList.remove("is-over");
  // The composer holds two forms: the file belongs to the one that is open.
  const inside = target.querySelector("form:not([hidden]) input[type=file]") ?? target.querySelector("input[type=file]");
  const place = inside && area(inside);
  if (!place || !event.dataTransfer.files.length) return;
  event.preventDefault();
  add(place, [...event.dataTransfer.files]);
});
