// Other days without a full page load; on phones the chosen day is scrolled into view.
import { countdown } from "./countdown.js";

const form = document.querySelector("[data-slot-form]");

function center() {
  const strip = form.querySelector(".days");
  const chosen = strip?.querySelector("[aria-current]");
  if (chosen) strip.scrollLeft = chosen.offsetLeft - strip.offsetLeft - (strip.clientWidth - chosen.clientWidth) / 2;
}

async function show(address, { push }) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const region = form.querySelector("[data-slot-region]");
  region.replaceChildren(...page.querySelector("[data-slot-region]").childNodes);
  if (push) history.pushState(null, "", address);
  center();
}

form?.addEventListener("click", (event) => {
  const day = event.target.closest("a[data-day]");
  if (!day || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(day.href, { push: true })
    .then(() => form.querySelector(".day[aria-current]")?.focus())
    .catch(() => location.assign(day.href));
});
window.addEventListener("popstate", () => show(location.href, { push: false }).catch(() => location.reload()));
if (form) center();
countdown();
