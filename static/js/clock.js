// Time left ticks here, not on the server: the chip carries the seconds left when it was drawn and the share used.
// A poll or a live update redraws the chip and so corrects it. Nothing is announced.

const TICK_SECONDS = 20;
const MINUTE = 60;
export const WARN_SHARE = 0.75;
export const HOT_SHARE = 0.9;
const words = typeof document === "undefined" ? {} : document.getElementById("strings")?.dataset ?? {};
const indonesian = typeof document !== "undefined" && document.documentElement.lang.startsWith("id");

export function spoken(seconds, hourUnit = indonesian ? "j" : "h") {
  const minutes = seconds > 0 ? Math.max(1, Math.ceil(seconds / MINUTE)) : 0;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (!hours) return `${rest}m`;
  return rest ? `${hours}${hourUnit} ${String(rest).padStart(2, "0")}m` : `${hours}${hourUnit}`;
}

export function stateAt(left, share) {
  if (left <= 0) return "over";
  if (share >= HOT_SHARE) return "hot";
  return share >= WARN_SHARE ? "warn" : "ok";
}

// The whole target follows from what is left and the share used; unknown when nothing is left.
export function shareAfter(left, share, passed) {
  const whole = share < 1 && left > 0 ? left / (1 - share) : 0;
  return whole ? Math.min(1, share + passed / whole) : 1;
}

const drawnAt = new WeakMap();

function tick() {
  const now = performance.now() / 1000;
  for (const chip of document.querySelectorAll("[data-left]")) {
    if (!drawnAt.has(chip)) drawnAt.set(chip, now);
    const passed = now - drawnAt.get(chip);
    const left = Number(chip.dataset.left) - passed;
    const share = shareAfter(Number(chip.dataset.left), Number(chip.dataset.share), passed);
    const text = chip.querySelector(".t") ?? chip;
    const said = left > 0 ? spoken(left) : (words.over ?? "#").replace("#", spoken(Math.max(1, Math.floor(-left / MINUTE)) * MINUTE));
    if (text.textContent !== said) text.textContent = said;
    const state = stateAt(left, share);
    if (chip.dataset.sla && chip.dataset.sla !== state) chip.dataset.sla = state;
    chip.querySelector(".ring .v")?.setAttribute("stroke-dasharray", `${Math.round(share * 100)} 100`);
  }
}

// How long ago an instant was, said when somebody points at it: right even on a page that has stood open for hours.
const SPANS = [["day", 86400], ["hour", 3600], ["minute", 60]];

export function ago(seconds, language) {
  const [unit, size] = SPANS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-Math.trunc(seconds / size), unit);
}

function sayHowLong(event) {
  const time = event.target.closest?.("time[datetime][title]");
  if (!time) return;
  time.dataset.full ??= time.title;
  const passed = (Date.now() - Date.parse(time.dateTime)) / 1000;
  time.title = `${time.dataset.full} · ${ago(passed, document.documentElement.lang)}`;
}

if (typeof document !== "undefined") {
  tick();
  document.addEventListener("mouseover", sayHowLong);
  setInterval(() => { if (document.visibilityState === "visible") tick(); }, TICK_SECONDS * 1000);
  document.addEventListener("visibilitychange", tick);
  document.addEventListener("htmx:load", tick);
}
