// Answers while typing: the device list itself is asked, so what is shown here is what the page would show.
const form = document.querySelector("[data-device-search]");
const field = form?.querySelector("input[type=search]");
const answers = form?.querySelector("[data-device-answers]");
const status = form?.querySelector("[data-device-status]");
const SHOWN = 6;
let asking = new AbortController();
let waiting;

function hide() {
  answers.hidden = true;
  answers.replaceChildren();
}

function line(card) {
  const link = document.createElement("a");
  const from = card.querySelector("h3 a");
  link.href = from.getAttribute("href");
  link.textContent = from.textContent;
  const price = document.createElement("span");
  price.textContent = card.querySelector(".device-card__price")?.textContent ?? "";
  link.append(price);
  return link;
}

async function ask() {
  asking.abort();
  asking = new AbortController();
  const words = field.value.trim();
  if (words.length < 2) return hide();
  const address = `${form.getAttribute("action")}?${new URLSearchParams({ q: words })}`;
  const answer = await fetch(address, { signal: asking.signal });
  if (!answer.ok) return hide();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const cards = [...page.querySelectorAll("[data-device-list] .device-card")];
  const { one, many, none } = status.dataset;
  status.textContent = cards.length === 0 ? none : cards.length === 1 ? one : many.replace("%n", cards.length);
  if (cards.length) {
    answers.replaceChildren(...cards.slice(0, SHOWN).map(line));
  } else {
    const nothing = document.createElement("p");
    nothing.textContent = none;
    answers.replaceChildren(nothing);
  }
  answers.hidden = false;
}

field?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => ask().catch(() => {}), 150);
});
form?.addEventListener("keydown", (event) => {
  const links = [...answers.querySelectorAll("a")];
  const here = links.indexOf(document.activeElement);
  if (event.key === "Escape") {
    hide();
    field.focus();
  } else if (event.key === "ArrowDown" && links.length) {
    event.preventDefault();
    links[Math.min(here + 1, links.length - 1)].focus();
  } else if (event.key === "ArrowUp" && here >= 0) {
    event.preventDefault();
    (links[here - 1] ?? field).focus();
  }
});
document.addEventListener("click", (event) => {
  if (form && !form.contains(event.target)) hide();
});
