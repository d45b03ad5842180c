// Cached pages are the same for everybody; this fills in who is looking: name, basket, messages.
const kinds = { error: "danger", danger: "danger", warning: "attention", success: "success" };

function note(message) {
  const box = document.createElement("div");
  box.className = `notice notice--${kinds[message.level] ?? "info"}`;
  const words = document.createElement("div");
  words.textContent = message.text;
  box.append(words);
  return box;
}

async function fill() {
  const answer = await fetch("/visitor/", { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) return;
  const visitor = await answer.json();
  if (visitor.name) {
    document.querySelectorAll("[data-visitor-name]").forEach((place) => (place.textContent = visitor.name));
  }
  document.querySelectorAll("[data-basket-count]").forEach((place) => {
    place.hidden = !visitor.basket_count;
    place.textContent = visitor.basket_count || "";
  });
  document.querySelectorAll("[data-staff]").forEach((place) => (place.hidden = !visitor.is_staff));
  const messages = document.querySelector("[data-messages]");
  if (messages) messages.append(...visitor.messages.map(note));
}

fill().catch(() => {});
document.querySelector("[data-error-summary]")?.focus();
