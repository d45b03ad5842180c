// Keys, menus and small buttons of the bench. Without it every form still works.
import { assign, move, sure, undo } from "./bench-acts.js";

const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const seen = (node) => node.getClientRects().length > 0;
const links = (root) => [...root.querySelectorAll("[data-card-link]")].filter(seen);
const cardInHand = () => document.activeElement?.closest("[data-card]") ?? document.querySelector("[data-job] [data-card]");

function columns() {
  const found = [...document.querySelectorAll("[data-column]")].map(links).filter((column) => column.length);
  return found.length ? found : [links(document)].filter((column) => column.length);
}

function place(board) {
  const link = document.activeElement?.closest("[data-card]")?.querySelector("[data-card-link]");
  const x = board.findIndex((column) => column.includes(link));
  return x < 0 ? null : { x, y: board[x].indexOf(link) };
}

function walk(dx, dy) {
  const board = columns();
  if (!board.length) return false;
  const here = place(board);
  const x = here ? Math.min(Math.max(here.x + dx, 0), board.length - 1) : 0;
  const y = here ? Math.min(Math.max(here.y + dy, 0), board[x].length - 1) : 0;
  board[x][y].focus();
  board[x][y].closest("[data-card]").scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

function openMoves() {
  const card = document.activeElement?.closest("[data-card]");
  const menu = card?.querySelector("[data-card-move]");
  if (menu) menu.open = true;
  const first = (menu ?? card)?.querySelector("button[name=to]") ?? document.querySelector("[data-job] [data-moves] button");
  first?.focus();
  return Boolean(first);
}

function stepInMenu(step) {
  const group = document.activeElement?.closest("[data-card-move], [data-moves], .menu");
  if (!group || !document.activeElement.matches("button, summary, .menu__items a")) return false;
  const buttons = [...group.querySelectorAll("button, summary, .menu__items a")].filter(seen);
  if (buttons.length < 2) return false;
  const next = buttons.indexOf(document.activeElement) + step;
  buttons[Math.min(Math.max(next, 0), buttons.length - 1)].focus();
  return true;
}

function leave() {
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return false;
  const inside = menu.contains(document.activeElement);
  menu.open = false;
  if (inside) (menu.closest("[data-card]")?.querySelector("[data-card-link]") ?? menu.querySelector("summary")).focus();
  return true;
}

const go = (selector) => () => {
  const link = [...document.querySelectorAll(selector)].find((one) => one.href);
  link?.click();
  return Boolean(link);
};

const keys = {
  "/": () => {
    const search = document.querySelector("[data-bench-search]");
    search?.focus();
    search?.select();
    return Boolean(search);
  },
  "?": () => {
    document.querySelector("[data-keys]")?.showModal();
    return true;
  },
  ArrowUp: () => stepInMenu(-1) || walk(0, -1),
  ArrowDown: () => stepInMenu(1) || walk(0, 1),
  ArrowLeft: () => stepInMenu(-1) || walk(-1, 0),
  ArrowRight: () => stepInMenu(1) || walk(1, 0),
  n: go("[data-bench-new]"),
  t: go(".bar__nav a:nth-of-type(1)"),
  b: go(".bar__nav a:nth-of-type(2)"),
  m: openMoves,
  a: () => {
    const card = cardInHand();
    if (card) assign(card);
    return Boolean(card);
  },
  u: () => {
    const button = document.querySelector("[data-undo-move]");
    if (button) button.form.requestSubmit(button);
    else undo(cardInHand());
    return true;
  },
  Escape: leave,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat && event.key.length === 1) return;
  if (document.querySelector("dialog[open]")) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key.startsWith("Arrow") && event.target.closest("[data-live-region=history]")) return;
  if (keys[event.key]?.()) event.preventDefault();
});

// Moves and small acts without leaving the page.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  const card = form.closest("[data-card]");
  const inPlace = form.matches("[data-move], [data-act]");
  if (!inPlace && !button?.dataset.confirm) return;
  if (form.dataset.sure) {
    delete form.dataset.sure;
    return;
  }
  event.preventDefault();
  const menu = form.closest("details");
  if (menu) menu.open = false;
  if (button.dataset.confirm && !(await sure(button.dataset.confirm))) return;
  if (form.matches("[data-move]")) {
    card.querySelector("[data-card-link]")?.focus({ preventScroll: true });
    await move(card, button.value);
  } else if (form.matches("[data-act]")) {
    await assign(card, button.value);
  } else {
    form.dataset.sure = "yes";
    form.requestSubmit(button);
  }
});

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

const opener = document.querySelector("[data-keys-open]");
if (opener) {
  opener.hidden = false;
  opener.addEventListener("click", () => keys["?"]());
}

document.querySelectorAll("[data-copy]").forEach((button) => {
  const before = button.getAttribute("aria-label");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).value);
    button.setAttribute("aria-label", button.dataset.copied);
    button.classList.add("button--done");
    setTimeout(() => {
      button.setAttribute("aria-label", before);
      button.classList.remove("button--done");
    }, 3000);
  });
});
