// The board by hand: drag a card with mouse, pen or (held for a moment) finger; columns that lie outside the window;
// tabs on a phone; filters that need no button. All of it is there without a script too, in forms and links.
import { move, sure } from "./bench-acts.js";

const board = document.querySelector("[data-board]");
const frame = document.querySelector("[data-board-frame]");
const HOLD = 350;
const EDGE = 70;
const still = matchMedia("(prefers-reduced-motion: reduce)");

let hand = null; // { card, x, y, dx, dy, timer, ghost, column }
let dropped = false;

const columnAt = (x, y) => document.elementFromPoint(x, y)?.closest("[data-column]");
const onBoard = () => [...board.querySelectorAll("[data-column]")].filter((column) => column.getClientRects().length);

function begin() {
  const { card } = hand;
  const box = card.getBoundingClientRect();
  const ghost = card.cloneNode(true);
  ghost.removeAttribute("data-card");
  ghost.querySelectorAll("[id]").forEach((node) => node.removeAttribute("id"));
  ghost.classList.add("job-card--ghost");
  ghost.setAttribute("aria-hidden", "true");
  ghost.inert = true;
  Object.assign(ghost.style, { width: `${box.width}px`, left: `${box.left}px`, top: `${box.top}px` });
  Object.assign(hand, { ghost, dx: hand.x - box.left, dy: hand.y - box.top, from: box });
  document.querySelector("[data-bench]").append(ghost);
  card.dataset.dragging = "";
  board.dataset.draggingNow = "";
  const may = card.dataset.targets.split(" ");
  onBoard().forEach((column) => {
    column.toggleAttribute("data-may", may.includes(column.dataset.column));
    column.toggleAttribute("data-home", column.dataset.column === card.dataset.status);
  });
  requestAnimationFrame(drift);
}

/** Near an edge of the board the columns come by themselves. */
function drift() {
  if (!hand?.ghost) return;
  const box = board.getBoundingClientRect();
  if (hand.x > box.right - EDGE) board.scrollLeft += 10;
  if (hand.x < box.left + EDGE) board.scrollLeft -= 10;
  requestAnimationFrame(drift);
}

function follow(event) {
  hand.x = event.clientX;
  hand.y = event.clientY;
  Object.assign(hand.ghost.style, { left: `${hand.x - hand.dx}px`, top: `${hand.y - hand.dy}px` });
  const column = columnAt(hand.x, hand.y);
  if (column === hand.column) return;
  hand.column?.removeAttribute("data-over");
  hand.column = column;
  if (column?.hasAttribute("data-may")) column.dataset.over = "yes";
}

/** Let go. The ghost flies home unless the card stays where it was dropped. */
function end(stays) {
  const { card, ghost, timer, from } = hand;
  clearTimeout(timer);
  hand.column?.removeAttribute("data-over");
  hand = null;
  if (!ghost) return;
  delete card.dataset.dragging;
  delete board.dataset.draggingNow;
  onBoard().forEach((column) => ["data-may", "data-home"].forEach((name) => column.removeAttribute(name)));
  dropped = true;
  setTimeout(() => (dropped = false), 0);
  if (stays || still.matches) return ghost.remove();
  ghost.animate([{}, { left: `${from.left}px`, top: `${from.top}px` }], 160).onfinish = () => ghost.remove();
}

async function drop(event) {
  const { card, column, ghost } = hand;
  if (!ghost) return end(false);
  event.preventDefault();
  const to = column?.dataset.column;
  const may = column?.hasAttribute("data-may");
  end(may);
  if (!to || to === card.dataset.status) return;
  const words = card.querySelector(`button[value="${CSS.escape(to)}"]`)?.dataset.confirm;
  if (words && !(await sure(words))) return;
  await move(card, to);
}

frame.dataset.canDrag = ""; // not on the board itself: a refresh would take it away
board.addEventListener("pointerdown", (event) => {
  const card = event.target.closest("[data-card]");
  if (!card || event.button !== 0 || event.target.closest("details, button")) return;
  if (!card.dataset.targets || onBoard().length < 2) return;
  hand = { card, x: event.clientX, y: event.clientY };
  if (event.pointerType === "touch") hand.timer = setTimeout(begin, HOLD);
});
document.addEventListener("pointermove", (event) => {
  if (!hand) return;
  if (hand.ghost) return follow(event);
  const far = Math.hypot(event.clientX - hand.x, event.clientY - hand.y);
  if (far < 6) return;
  if (event.pointerType === "touch") return end(false);
  begin();
  follow(event);
});
document.addEventListener("pointerup", (event) => hand && drop(event));
document.addEventListener("pointercancel", () => hand && end(false));
document.addEventListener("touchmove", (event) => hand?.ghost && event.preventDefault(), { passive: false });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !hand?.ghost) return;
  event.preventDefault();
  end(false);
}, { capture: true });
board.addEventListener("dragstart", (event) => event.preventDefault());
board.addEventListener("contextmenu", (event) => hand?.timer && event.preventDefault());
document.addEventListener("click", (event) => {
  if (dropped) event.preventDefault();
}, { capture: true });

// What lies outside the window is announced by a shade and a button.
function shade() {
  const rest = board.scrollWidth - board.clientWidth - board.scrollLeft;
  frame.toggleAttribute("data-left", board.scrollLeft > 4);
  frame.toggleAttribute("data-right", rest > 4);
  frame.querySelectorAll("[data-scroll]").forEach((button) => {
    button.hidden = !frame.hasAttribute(button.dataset.scroll < 0 ? "data-left" : "data-right");
  });
}
frame.querySelectorAll("[data-scroll]").forEach((button) =>
  button.addEventListener("click", () =>
    board.scrollBy({ left: button.dataset.scroll * board.clientWidth * 0.7, behavior: still.matches ? "auto" : "smooth" }),
  ),
);
board.addEventListener("scroll", shade, { passive: true });
new ResizeObserver(shade).observe(board);

// On a phone one column is shown; the address keeps which.
document.querySelector(".board-tabs")?.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  if (!tab || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  history.replaceState(null, "", tab.href);
  document.querySelectorAll("[data-tab]").forEach((one) => {
    if (one === tab) one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
  });
  board.querySelectorAll("[data-column]").forEach((column) => {
    const shown = column.dataset.column === tab.dataset.tab;
    column.toggleAttribute("data-shown", shown);
    const inner = column.querySelector(":scope > details");
    if (inner) inner.open = shown;
  });
});
document.querySelector(".board-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
