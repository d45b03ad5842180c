// The price table under the fingers: arrows and Enter move, Escape takes a cell back, a block from a spreadsheet is
// pasted over cells, what is not saved is marked. Without this module the table is a plain form.

const form = document.querySelector("[data-price-table]");
const rows = [...(form?.querySelectorAll("tbody tr") ?? [])].map((row) => [...row.cells].slice(1).map((cell) => cell.querySelector("input")));
const told = form?.querySelector("[data-changed]");
let leaving = false;
let beyond = 0; // values of the last paste for which there was no cell

const changed = () => rows.flat().filter((input) => input && input.value.trim() !== input.dataset.was);

function mark() {
  for (const input of rows.flat()) input?.classList.toggle("is-changed", input.value.trim() !== input.dataset.was);
  const count = changed().length;
  const words = [count && told.dataset.changed.replace("%n", count), beyond && told.dataset.beyond.replace("%n", beyond)];
  told.textContent = words.filter(Boolean).join(" · ");
}

function place(input) {
  const y = rows.findIndex((row) => row.includes(input));
  return [y, rows[y]?.indexOf(input) ?? -1];
}

// The next cell that takes a price in a direction; cells that take none are stepped over.
function step(input, down, right) {
  let [y, x] = place(input);
  do { y += down; x += right; } while (rows[y]?.[x] === null);
  const next = rows[y]?.[x];
  next?.focus();
  next?.select();
  return Boolean(next);
}

function move(event) {
  const input = event.target;
  if (!input.matches("td input") || event.altKey || event.ctrlKey || event.metaKey) return;
  const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  const start = input.selectionEnd === 0 || whole;
  const end = input.selectionStart === input.value.length || whole;
  const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [event.shiftKey ? -1 : 1, 0] }[event.key]
    ?? (event.key === "ArrowLeft" && start && !event.shiftKey ? [0, -1] : null)
    ?? (event.key === "ArrowRight" && end && !event.shiftKey ? [0, 1] : null);
  if (event.key === "Escape") {
    input.value = input.dataset.was;
    mark();
  } else if (way) {
    event.preventDefault(); // Enter in a cell saves nothing: the button does
    step(input, ...way);
  }
}

function paste(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!event.target.matches("td input") || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
  event.preventDefault();
  const [top, left] = place(event.target);
  beyond = 0;
  text.replace(/\r?\n$/, "").split(/\r?\n/).forEach((line, down) => {
    line.split("\t").forEach((value, right) => {
      const input = rows[top + down]?.[left + right];
      if (input) input.value = value.trim();
      else if (value.trim()) beyond += 1;
    });
  });
  mark();
}

if (form && rows.length) {
  form.addEventListener("keydown", move);
  form.addEventListener("paste", paste);
  form.addEventListener("input", () => { beyond = 0; mark(); });
  form.addEventListener("focusin", (event) => event.target.matches("td input") && event.target.select());
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => { if (!leaving && changed().length) event.preventDefault(); });
  mark();
  form.querySelector("[aria-invalid]")?.focus();
}
