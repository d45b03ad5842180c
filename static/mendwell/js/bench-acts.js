// What can be done to a job without leaving the page: move, undo, assign. The server decides; the page only hurries
// ahead, and takes it back in the server's words when somebody else was first.
import { say } from "./toast.js";

const page = () => document.querySelector("[data-bench]")?.dataset ?? {};
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
let last = null; // the last move made here: whose, where it went, and the toast that offers to take it back

export const refresh = () => document.dispatchEvent(new Event("mendwell:refresh"));

/** Send an act. Gives { ok, said } whatever happens. */
async function post(address, fields) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token() },
      body: new URLSearchParams(fields),
      credentials: "same-origin",
    });
    if (!answer.headers.get("content-type")?.startsWith("application/json")) return { ok: false, said: page().gone };
    return { ok: answer.ok, said: (await answer.json()).said ?? page().gone };
  } catch {
    return { ok: false, said: page().lost };
  }
}

function count(column, by) {
  const place = column?.querySelector("[data-count]");
  if (place) place.textContent = Math.max(Number(place.textContent) + by, 0);
}

/** Put the card where it goes, at once. Returns how to put it back. */
function hurry(card, to) {
  const home = card.parentElement;
  const next = card.nextElementSibling;
  const there = document.querySelector(`[data-column="${CSS.escape(to)}"] [data-cards]`);
  if (!there || there === home) return () => {};
  const held = card.contains(document.activeElement);
  const put = (parent, before, from, onto) => {
    parent.insertBefore(card, before);
    count(from, -1);
    count(onto, 1);
    if (held) card.querySelector("[data-card-link]")?.focus({ preventScroll: true });
  };
  const [from, onto] = [home.closest("[data-column]"), there.closest("[data-column]")];
  put(there, there.querySelector("[data-card]"), from, onto);
  return () => put(home, next?.parentElement === home ? next : null, onto, from);
}

export async function move(card, to) {
  const { url, status } = card.dataset;
  const back = card.dataset.targets?.split(" ").includes(to) ? hurry(card, to) : () => {};
  card.dataset.moving = "";
  const answer = await post(`${url}move/`, { to, expected: status });
  delete card.dataset.moving;
  if (answer.ok) {
    card.dataset.status = to; // the next move may come before the page is fetched again
    last?.toast?.remove();
    const label = document.querySelector("[data-toasts]")?.dataset.undo;
    last = { url, status: to, toast: say(answer.said, { act: { label, run: () => undo() } }) };
  } else {
    back();
    say(answer.said, { tone: "danger" });
  }
  refresh();
  return answer.ok;
}

/** Take back the last move made on this page, else the last one of the card in hand. */
export async function undo(card = null) {
  const what = last ?? (card && { url: card.dataset.url, status: card.dataset.status });
  if (!what) return;
  last = null;
  what.toast?.remove();
  const answer = await post(`${what.url}undo/`, { expected: what.status });
  say(answer.said, { tone: answer.ok ? "" : "danger" });
  refresh();
}

export async function assign(card, to = "me") {
  const answer = await post(`${card.dataset.url}assign/`, { to });
  say(answer.said, { tone: answer.ok ? "" : "danger" });
  refresh();
}

/** Ask before something that a customer hears of. Resolves to yes or no. */
export function sure(words) {
  const dialog = document.querySelector("[data-confirm-dialog]");
  if (!dialog) return Promise.resolve(true);
  dialog.querySelector("[data-confirm-words]").textContent = words;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }),
  );
}
