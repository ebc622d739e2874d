// Buttons that put Markdown's marks around what is selected. Writing the marks by hand does the same.

const AROUND = { bold: "**", italic: "_", code: "`" };
const BEFORE_LINES = { list: "- ", quote: "> " };

function change(field, start, end, text, from, to) {
  field.focus();
  field.setRangeText(text, start, end, "end");
  field.setSelectionRange(from, to);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function around(field, mark) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const inner = value.slice(start, end);
  if (mark === "`" && inner.includes("\n")) {
    change(field, start, end, `\n\`\`\`\n${inner}\n\`\`\`\n`, start + 5, start + 5 + inner.length);
    return;
  }
  const size = mark.length;
  change(field, start, end, `${mark}${inner}${mark}`, start + size, end + size);
}

function beforeLines(field, mark) {
  const { selectionEnd: end, value } = field;
  const start = value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const lines = value.slice(start, end).split("\n").map((line) => mark + line).join("\n");
  change(field, start, end, lines, start + mark.length, start + lines.length);
}

function link(field) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const inner = value.slice(start, end);
  const address = start + inner.length + 3;
  change(field, start, end, `[${inner}](https://)`, inner ? address : start + 1, inner ? address + 8 : start + 1);
}

for (const tools of document.querySelectorAll("[data-marks]")) tools.hidden = false;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-mark]");
  const field = button?.closest("form")?.querySelector("textarea");
  if (!field) return;
  const { mark } = button.dataset;
  if (mark in AROUND) around(field, AROUND[mark]);
  else if (mark in BEFORE_LINES) beforeLines(field, BEFORE_LINES[mark]);
  else link(field);
});
