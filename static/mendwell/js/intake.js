// Intake at the counter: what is found and what it costs appears while it is typed. The same form is sent to the same
// address as without script; the answer is the whole page, of which the changed regions are taken over.
const form = document.querySelector("[data-intake]");
const PAUSE = 180;
let asking = new AbortController();
let waiting;
let pricing = null;

const region = (root, name) => root.querySelector(`[data-intake-region="${name}"]`);

/** Send the form with one more button pressed and take over the named regions of the answer. */
async function refresh(names, button = ["act", "refresh"]) {
  clearTimeout(waiting);
  asking.abort();
  asking = new AbortController();
  const data = new FormData(form);
  data.set(...button);
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, signal: asking.signal });
    if (!answer.ok || answer.redirected) throw new Error(`The page answered ${answer.status}.`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of names) take(region(form, name), region(page, name));
    form.removeAttribute("aria-busy");
  } catch (error) {
    if (error.name === "AbortError") return;
    form.removeAttribute("aria-busy");
    console.warn(error);
  }
}

/** Replace what is in a region; the keyboard stays on the field it was on. */
function take(old, next) {
  if (!old || !next) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceChildren(...next.childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function pick(button) {
  const isDevice = button.name === "pick" || button.value === "device";
  await refresh(isDevice ? ["device", "repairs", "price"] : ["customer"], [button.name, button.value]);
  const dropped = button.name === "drop";
  const next = isDevice
    ? dropped ? "#intake-device-words" : "input[name=repairs]"
    : dropped ? "#intake-who" : "[name=promised_at]";
  form.querySelector(next)?.focus();
}

/** Work the price out anew; the newest asking is the one that is waited for. */
function reprice() {
  const mine = refresh(["repairs", "price"]).finally(() => {
    if (pricing === mine) pricing = null;
  });
  pricing = mine;
}

form?.addEventListener("input", (event) => {
  const find = event.target.dataset.intakeFind;
  const names = find ? [find === "device" ? "devices" : "contacts"] : event.target.name === "own_thing" ? ["repairs", "price"] : null;
  if (!names) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh(names), PAUSE);
});

form?.addEventListener("change", (event) => {
  if (["repairs", "add_ons", "condition", "urgency"].includes(event.target.name)) reprice();
});

form?.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=pick], button[name=pick_contact], button[name=drop], [data-intake-refresh]");
  if (!button) return;
  event.preventDefault();
  if (button.dataset.intakeRefresh !== undefined) refresh(["repairs", "price"]);
  else pick(button);
});

/** Arrows walk through what was found, Enter in the search takes the first, Ctrl+Enter anywhere takes it in. */
form?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-intake-take]"));
    return;
  }
  const finder = event.target.closest("[data-intake-find]");
  const list = event.target.closest("[data-found]");
  if (!finder && !list) return;
  const names = finder ? (finder.dataset.intakeFind === "device" ? "devices" : "contacts") : "";
  const buttons = [...(list ?? region(form, names)).querySelectorAll("button")];
  const here = buttons.indexOf(event.target);
  if (event.key === "ArrowDown" && buttons.length) {
    event.preventDefault();
    buttons[Math.min(here + 1, buttons.length - 1)].focus();
  } else if (event.key === "ArrowUp" && list) {
    event.preventDefault();
    (buttons[here - 1] ?? list.closest("section").querySelector("[data-intake-find]")).focus();
  } else if (event.key === "Enter" && finder) {
    event.preventDefault();
    if (buttons.length) pick(buttons[0]);
    else refresh([names]);
  }
});

// Sent once: a second press of an impatient finger does nothing. The server would fold it into one job anyway.
// A press while the price is still being worked out waits for it: what is sold is what was shown.
let sent = false;
form?.addEventListener("submit", async (event) => {
  if (sent) return event.preventDefault();
  if (!pricing) return void (sent = true);
  event.preventDefault();
  const button = event.submitter;
  await pricing;
  if (!pricing && button?.isConnected) form.requestSubmit(button);
});
addEventListener("pageshow", () => (sent = false));
form?.querySelector("[data-intake-refresh]")?.setAttribute("hidden", "");
