// Keys for the bench: / search, arrows walk, Enter opens (it is a link), m moves. Without it every form still works.
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
const links = (root) => [...root.querySelectorAll("[data-card-link]")];

function columns() {
  const found = [...document.querySelectorAll("[data-column]")].map(links).filter((column) => column.length);
  return found.length ? found : [links(document)].filter((column) => column.length);
}

function place(board) {
  const card = document.activeElement?.closest("[data-card]");
  const link = card?.querySelector("[data-card-link]");
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
  const onPage = document.querySelector("[data-moves] button");
  const menu = document.activeElement?.closest("[data-card]")?.querySelector("[data-card-move]");
  if (menu) menu.open = true;
  const first = menu?.querySelector("button") ?? onPage;
  first?.focus();
  return Boolean(first);
}

function stepInMoves(step) {
  const group = document.activeElement?.closest("[data-card-move], [data-moves]");
  if (!group || document.activeElement.tagName !== "BUTTON") return false;
  const buttons = [...group.querySelectorAll("button")];
  const next = buttons.indexOf(document.activeElement) + step;
  buttons[Math.min(Math.max(next, 0), buttons.length - 1)].focus();
  return true;
}

function leave() {
  const menu = document.activeElement?.closest("[data-card-move]");
  if (!menu) return false;
  menu.open = false;
  menu.closest("[data-card]").querySelector("[data-card-link]").focus();
  return true;
}

const keys = {
  "/": () => {
    const search = document.querySelector("[data-bench-search]");
    search?.focus();
    search?.select();
    return Boolean(search);
  },
  ArrowUp: () => stepInMoves(-1) || walk(0, -1),
  ArrowDown: () => stepInMoves(1) || walk(0, 1),
  ArrowLeft: () => stepInMoves(-1) || walk(-1, 0),
  ArrowRight: () => stepInMoves(1) || walk(1, 0),
  m: openMoves,
  Escape: leave,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (keys[event.key]?.()) event.preventDefault();
});

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
