// Prices that follow the answers: ask the same address again and put the new price in place.
const form = document.querySelector("[data-live-form]");
let asking = new AbortController();

async function refresh() {
  asking.abort();
  asking = new AbortController();
  const query = new URLSearchParams(location.search);
  form.querySelectorAll("input[type=radio]:checked").forEach((answer) => query.set(answer.name, answer.value));
  const address = `${location.pathname}?${query}`;
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    form.querySelectorAll("[data-live-region]").forEach((region) => {
      const fresh = page.querySelector(`[data-live-region="${region.dataset.liveRegion}"]`);
      if (fresh) region.replaceChildren(...fresh.childNodes);
    });
    history.replaceState(null, "", address);
    const status = form.querySelector("[data-live-status]");
    status.textContent = `${status.dataset.words} ${form.querySelector("[data-live-total]").textContent}`;
    form.removeAttribute("aria-busy");
  } catch (error) {
    if (error.name === "AbortError") return;
    // The server can always show it: a plain GET form submits, a POST form shows the price on the next page.
    form.removeAttribute("aria-busy");
    if (form.method === "get") form.submit();
  }
}

form?.addEventListener("change", (event) => {
  if (event.target.type === "radio") refresh();
});
