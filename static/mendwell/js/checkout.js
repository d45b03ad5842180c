// Details, payment, confirmation: each works without this; here they follow what is chosen, keep what is typed, and
// keep the time while somebody is at it.
import { countdown } from "./countdown.js";

const MINUTE = 60000;
const form = document.querySelector("form#step");
const token = () => form?.querySelector("[name=csrfmiddlewaretoken]")?.value;

// Address fields only when the chosen way needs them.
function fitAddress() {
  const ways = form.querySelectorAll("input[name=shipping_method]");
  if (!ways.length) return;
  const chosen = [...ways].find((way) => way.checked);
  form.querySelectorAll("[data-address]").forEach((part) => (part.hidden = !chosen || !("needsAddress" in chosen.dataset)));
}

// What is typed is kept on the server a moment later, right or wrong.
let waiting = 0;
let sent = false;
function keepSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    if (sent) return;
    const typed = new FormData(form);
    typed.set("action", "keep");
    const answer = await fetch(location.pathname, { method: "POST", body: typed }).catch(() => null);
    const place = form.querySelector("[data-kept]");
    if (place) place.textContent = answer?.ok ? place.dataset.words : "";
  }, 1200);
}

// The kept time: asked for again while the page is seen and somebody does something; never for an idle or hidden page.
let active = Date.now();
let asked = 0; // a page asks as soon as it is seen; one that was only fetched ahead keeps nothing
const places = () => document.querySelectorAll("[data-countdown]");
const seen = () => document.visibilityState === "visible" && Date.now() - active < 2 * MINUTE;

async function refresh() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelectorAll("[data-time-region], [data-live-region]").forEach((region) => {
    const name = region.dataset.liveRegion;
    const fresh = page.querySelector(name ? `[data-live-region="${name}"]` : "[data-time-region]");
    if (fresh) region.replaceChildren(...fresh.childNodes);
  });
}

async function keepTime() {
  const lost = !places().length; // then one try for a time that ran out: it is theirs again if nobody took it
  if ((lost && (asked || !document.querySelector("[data-ran-out]"))) || !seen() || Date.now() - asked < MINUTE / 2) return;
  const over = [...places()].some((place) => new Date(place.dataset.countdown) <= Date.now());
  if (!over && Date.now() - asked < MINUTE) return;
  asked = Date.now();
  const answer = await fetch(form.dataset.hold, { method: "POST", headers: { "X-CSRFToken": token() } });
  if (answer.status === 409) return lost ? undefined : refresh();
  if (!answer.ok) return;
  if (lost) return refresh();
  const { expires_at: until } = await answer.json();
  places().forEach((place) => (place.dataset.countdown = until));
  countdown();
}

countdown();
if (form) {
  form.addEventListener("change", fitAddress);
  fitAddress();
  if ("keep" in form.dataset) form.addEventListener("input", keepSoon);
  form.addEventListener("submit", () => (sent = true));
  addEventListener("pageshow", () => (sent = false));
  if (form.dataset.hold) {
    ["pointerdown", "keydown", "input", "scroll"].forEach((kind) =>
      document.addEventListener(kind, () => (active = Date.now()), { passive: true }),
    );
    keepTime().catch(() => {});
    setInterval(() => keepTime().catch(() => {}), 10000);
    document.addEventListener("visibilitychange", () => keepTime().catch(() => {}));
  }
}

// A link is copied with one press; where that cannot be, it can be read.
if (navigator.clipboard) {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.querySelector("[data-copy-words]").textContent = button.dataset.done;
    });
  });
}
