// A step of the booking saves itself: to the server while there is a line, on this device while there is none.
import { countdown } from "./countdown.js";

const PAUSE = 500;
const AGAIN = 8000;
const form = document.querySelector("form[data-draft]");
const badge = document.querySelector("[data-draft-state]");
let waiting;
let again;
let busy = false;
let queued = null;

const kept = {
  key: () => `draft:${form.getAttribute("action") || location.pathname + location.search}`,
  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key()));
    } catch {
      return null;
    }
  },
  write(more = {}) {
    const entry = { stamp: form.dataset.draft, values: entries(), ...more };
    try {
      localStorage.setItem(this.key(), JSON.stringify(entry));
    } catch {
      // A full or forbidden store: the server has it a moment later.
    }
  },
  drop() {
    try {
      localStorage.removeItem(this.key());
    } catch {
      // Nothing was kept then.
    }
  },
};

function entries() {
  return [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
}

function tell(state) {
  if (!badge || badge.dataset.state === state) return;
  badge.dataset.state = state;
  badge.querySelector("[data-draft-words]").textContent = badge.dataset[state];
}

function put(page, all) {
  const focus = document.activeElement;
  const mark = focus?.name ? `[name="${CSS.escape(focus.name)}"][value="${CSS.escape(focus.value)}"]` : null;
  let moved = false;
  document.querySelectorAll("[data-live-region]").forEach((region) => {
    const fresh = page.querySelector(`[data-live-region="${region.dataset.liveRegion}"]`);
    if (!fresh || (!all && form.contains(region))) return;
    const open = [...region.querySelectorAll("details[open]")].length && region.matches("[open]");
    moved ||= region.contains(focus);
    region.replaceChildren(...fresh.childNodes);
    if (open) region.open = true;
  });
  if (moved && mark) document.querySelector(`[data-live-region] ${mark}`)?.focus();
  center();
  countdown();
}

// The first answer made the draft: from here on this page is its step.
function move(address, page) {
  if (!address || address === location.pathname) return;
  const before = kept.key();
  history.replaceState(null, "", address);
  form.action = address;
  form.querySelectorAll("input[type=hidden]:not([name=csrfmiddlewaretoken])").forEach((field) => field.remove());
  const tools = page.querySelector(".draft-tools");
  const progress = page.querySelector(".progress");
  if (tools) document.querySelector(".draft-tools [data-draft-link]") ?? document.querySelector(".draft-tools")?.append(...tools.querySelectorAll("[data-draft-link]"));
  if (progress) document.querySelector(".progress")?.replaceWith(progress);
  localStorage.removeItem(before);
}

async function save(press = null) {
  if (busy) {
    queued = { press: press ?? queued?.press ?? null };
    return;
  }
  busy = true;
  clearTimeout(again);
  tell("saving");
  const body = new FormData(form);
  if (press) {
    body.append(press.name, press.value);
    hush(true);
  }
  const sent = JSON.stringify(entries());
  try {
    const answer = await fetch(form.getAttribute("action") || location.href, {
      method: "POST",
      body,
      headers: { "X-Draft": "save", Accept: "text/html" },
    });
    if (answer.redirected) return location.assign(answer.url);
    if (answer.status === 403 || answer.status === 404) return tell("over");
    if (!answer.ok) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // What was changed meanwhile must not be overwritten by an answer to what was there before.
    const settled = press !== null || JSON.stringify(entries()) === sent;
    move(answer.headers.get("X-Draft-Address"), page);
    form.dataset.draft = page.querySelector("form[data-draft]")?.dataset.draft ?? form.dataset.draft;
    const before = total();
    put(page, settled);
    if (total() !== before) announce();
    if (settled) {
      kept.drop();
      tell("saved");
    }
  } catch {
    hush(false);
    kept.write();
    tell(navigator.onLine ? "failed" : "offline");
    again = setTimeout(() => save(), AGAIN);
  } finally {
    busy = false;
    if (queued) {
      const next = queued;
      queued = null;
      save(next.press);
    }
  }
}

// While another day is on its way the times of the last one cannot be chosen: they would be gone with it.
function hush(on) {
  form.querySelectorAll(".times").forEach((times) => (times.inert = on));
}

const total = () => document.querySelector("[data-live-total]")?.textContent ?? "";

function announce() {
  const status = document.querySelector("[data-live-status]");
  if (status && total()) status.textContent = `${status.dataset.words} ${total()}`;
}

function changed(event) {
  const chip = event.target.closest?.("[data-fills]");
  if (chip && event.type === "change") fill(chip);
  kept.write();
  if (!navigator.onLine) return tell("offline");
  clearTimeout(waiting);
  waiting = setTimeout(() => save(), event.type === "change" ? 60 : PAUSE);
}

// A common issue is put into the customer's own words, or taken out of them again.
function fill(chip) {
  const field = form.elements[chip.dataset.fills];
  const lines = field.value.split("\n").filter((line) => line.trim().toLowerCase() !== chip.value.toLowerCase());
  field.value = (chip.checked ? [chip.value, ...lines] : lines).join("\n").trim();
}

function restore() {
  const entry = kept.read();
  if (!entry?.values || (entry.sent && entry.stamp !== form.dataset.draft)) return kept.drop();
  const values = new Map();
  entry.values.forEach(([name, value]) => values.set(name, [...(values.get(name) ?? []), value]));
  [...form.elements].forEach((field) => {
    if (!field.name || field.type === "hidden" || field.type === "submit") return;
    const given = values.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
    else if (given.length) field.value = given[0];
  });
  save();
}

// On a slow line people type before this script is there. A page that was gone back to shows old answers: not those.
function typedBefore() {
  if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") return false;
  return [...form.elements].some((field) =>
    /^(checkbox|radio)$/.test(field.type) ? field.checked !== field.defaultChecked : "defaultValue" in field && field.value !== field.defaultValue,
  );
}

function center() {
  const strip = form?.querySelector(".days");
  const chosen = strip?.querySelector("[aria-current]");
  if (chosen) strip.scrollLeft = chosen.offsetLeft - strip.offsetLeft - (strip.clientWidth - chosen.clientWidth) / 2;
}

if (form) {
  form.addEventListener("input", (event) => event.target.matches("textarea, input[type=text]") && changed(event));
  form.addEventListener("change", (event) => event.target.matches("[type=checkbox], [type=radio], select") && changed(event));
  form.addEventListener("click", (event) => {
    const press = event.target.closest("[data-draft-press]");
    if (!press || !navigator.onLine) return;
    event.preventDefault();
    hush(true);
    clearTimeout(waiting);
    save(press);
  });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return kept.write({ sent: true });
    event.preventDefault();
    kept.write();
    tell("offline");
    badge?.scrollIntoView({ block: "center" });
  });
  window.addEventListener("online", () => save());
  window.addEventListener("offline", () => tell("offline"));
  if (!navigator.onLine) tell("offline");
  if (kept.read()) restore();
  else if (typedBefore()) save();
  center();
}

function copying(place) {
  place.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(place.querySelector(`#${button.dataset.copy}`).value);
      button.querySelector("span").textContent = button.dataset.done;
    });
  });
}

// The link's own page, shown in place.
async function panel(link) {
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const content = page.querySelector("[data-draft-panel]");
  if (!answer.ok || !content) throw new Error(`${answer.status}`);
  const dialog = document.createElement("dialog");
  dialog.className = "draft-dialog";
  dialog.setAttribute("aria-label", link.textContent.trim());
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button--plain button--small draft-dialog__close";
  close.textContent = badge.dataset.close;
  close.addEventListener("click", () => dialog.close());
  dialog.append(close, content);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  copying(dialog);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-draft-link]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  panel(link).catch(() => location.assign(link.href));
});
copying(document);
document.querySelector("[data-error-summary]")?.focus();
countdown();
