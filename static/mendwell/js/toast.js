// Short words from below that go by themselves; refusals stay until they are closed.
//
//   <div data-toasts data-undo="Undo" data-close="Close" role="status"></div>
//   say("R-1 is now “Testing”.", { act: { label, run } })      say("No.", { tone: "danger" })     say("New.", { href })
const MOST = 3;
const LIFE = 8000;

const box = () => document.querySelector("[data-toasts]");
const cross = "M18 6 6 18M6 6l12 12";

function closer(toast) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast__close";
  button.setAttribute("aria-label", box().dataset.close);
  button.innerHTML = `<svg width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" aria-hidden="true"><path d="${cross}"/></svg>`;
  button.addEventListener("click", () => toast.remove());
  return button;
}

/** Let it go after a while, but never while somebody points at it or is in it with the keyboard. */
function expire(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? expire(toast) : toast.remove()), LIFE);
}

export function say(words, { tone = "", href = "", act = null } = {}) {
  if (!box()) return null;
  const toast = document.createElement("div");
  toast.className = `toast${tone ? ` toast--${tone}` : ""}`;
  const text = document.createElement("p");
  if (href) {
    const link = document.createElement("a");
    link.href = href;
    link.textContent = words;
    text.append(link);
  } else {
    text.textContent = words;
  }
  toast.append(text);
  if (act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = act.label;
    button.addEventListener("click", () => {
      toast.remove();
      act.run();
    });
    toast.append(button);
  }
  toast.append(closer(toast));
  box().append(toast);
  while (box().children.length > MOST) box().firstElementChild.remove();
  if (tone !== "danger") expire(toast);
  return toast;
}

// What the server had to say stands there already.
document.querySelectorAll("[data-toasts] > .toast").forEach((toast) => {
  toast.append(closer(toast));
  if (!toast.matches(".toast--danger")) expire(toast);
});
