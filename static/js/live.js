// A page that stays current without moving under the reader. The stream says only THAT something changed; the page then
// asks its own address for the changed rows (the usual door, the usual permissions). Polling is the fallback.
//   [data-live-url]   where to ask: a GET with ?since=<cursor>; 204 = nothing; otherwise rows, counters and the pill out
//                     of band, plus HX-Trigger {"live": {"cursor": "...", "new": 3}}
//   data-live-stream  server-sent events, /live/…   data-live-cursor  first cursor
//   [data-live-dot], [data-live-words], #live-pill   what shows it
// New rows never enter the list by themselves: they wait behind the pill.

// Without a stream the page asks by itself; with one it only makes sure, now and then, that nothing was missed.
const POLL_SECONDS = 15;
const MAKE_SURE_SECONDS = 300;
// Ten changes in one second are one question, and a hundred pages that hear the same word do not ask at once.
const NUDGE_SECONDS = [0.15, 0.45];
const words = document.getElementById("strings")?.dataset ?? {};
const place = document.querySelector("[data-live-url]");

let cursor = place?.dataset.liveCursor ?? "";
let waiting = 0;
let asking = false;
let askAgain = false;

async function ask() {
  if (document.visibilityState !== "visible" || !navigator.onLine) return;
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  askedAt = Date.now();
  const address = new URL(place.dataset.liveUrl, location.href);
  if (cursor) address.searchParams.set("since", cursor);
  try {
    await window.htmx.ajax("GET", address.pathname + address.search, { source: place, swap: "none" });
    mark("on");
  } catch {
    mark("off");
  } finally {
    asking = false;
    if (askAgain) {
      askAgain = false;
      nudge();
    }
  }
}

let nudgeTimer = 0;

function nudge() {
  clearTimeout(nudgeTimer);
  const [soonest, latest] = NUDGE_SECONDS;
  nudgeTimer = setTimeout(ask, (soonest + Math.random() * (latest - soonest)) * 1000);
}

function mark(state) {
  for (const dot of document.querySelectorAll("[data-live-dot]")) dot.dataset.live = state;
  for (const text of document.querySelectorAll("[data-live-time]")) {
    text.textContent = state === "on" ? clockNow() : "…";
  }
}

// In the zone the page's other times are in, which need not be the device's.
function clockNow() {
  const { lang, dataset } = document.documentElement;
  return new Date().toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: dataset.timeZone || undefined });
}

function showNew(count) {
  const pill = document.getElementById("live-pill");
  if (!pill || !count || count === waiting) return;
  waiting = count;
  const text = count === 1 ? words.newOne : words.newMany.replace("#", count);
  pill.querySelector("[data-live-words]").textContent = text;
  if (!pill.getAttribute("href")) pill.setAttribute("href", location.pathname + location.search);
  pill.hidden = false;
  document.dispatchEvent(new CustomEvent("announce", { detail: text }));
}

let isListening = false;
let askedAt = 0;

function listen() {
  const address = place.dataset.liveStream;
  if (!address || !window.EventSource) return;
  const stream = new EventSource(address);
  const hears = (state) => {
    isListening = state === "on";
    mark(state);
  };
  stream.addEventListener("changed", nudge);
  stream.addEventListener("on", () => { hears("on"); nudge(); });
  stream.addEventListener("off", () => hears("off"));
  stream.addEventListener("presence", (event) => {
    document.dispatchEvent(new CustomEvent("presence", { detail: JSON.parse(event.data) }));
  });
  stream.onerror = () => hears("off");
  addEventListener("pagehide", () => stream.close());
  // Back from the browser's own store of pages: the stream was closed with the page.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

function askNowAndThen() {
  const seconds = (Date.now() - askedAt) / 1000;
  if (seconds >= (isListening ? MAKE_SURE_SECONDS : POLL_SECONDS)) ask();
}

if (place) {
  document.addEventListener("live", (event) => {
    cursor = event.detail.cursor ?? cursor;
    showNew(event.detail.new);
  });
  document.addEventListener("visibilitychange", nudge);
  addEventListener("online", nudge);
  askedAt = Date.now();
  setInterval(askNowAndThen, POLL_SECONDS * 1000);
  listen();
}

// The answer holds every ticket that changed, also those this list does not show: they are no swap, and no error.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!place || event.detail.requestConfig.elt !== place) return;
  const answer = document.createElement("template");
  answer.innerHTML = event.detail.serverResponse;
  for (const part of answer.content.querySelectorAll("[data-row][hx-swap-oob]")) {
    if (!document.getElementById(part.id)) (part.closest("table") ?? part).remove();
  }
  event.detail.serverResponse = answer.innerHTML;
});

// A row that changed under the reader glows once; its selection and the cursor survive the swap.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const old = event.detail.target;
  const fresh = event.detail.fragment?.firstElementChild;
  if (!old?.matches?.("[data-row]") || !fresh) return;
  if (old.classList.contains("is-cursor")) fresh.classList.add("is-cursor");
  const box = fresh.querySelector("[data-select]");
  if (box) box.checked = old.querySelector("[data-select]")?.checked ?? false;
  fresh.classList.toggle("is-selected", Boolean(box?.checked));
  fresh.classList.add("is-fresh");
  if (old.contains(document.activeElement)) fresh.dataset.refocus = "";
});
document.addEventListener("htmx:oobAfterSwap", () => {
  const fresh = document.querySelector("[data-refocus]");
  if (!fresh) return;
  delete fresh.dataset.refocus;
  fresh.querySelector("[data-row-link]")?.focus({ preventScroll: true });
});
