// Show what is typed in a password field, and say in words how hard it is to guess. The server decides; this helps.
function words(box, value) {
  const { short, weak, fair, strong } = box.dataset;
  if (value.length < 10) return [short, "low"];
  const kinds = new Set(value.toLowerCase()).size;
  if (kinds < 6 || /^\d+$/.test(value)) return [weak, "low"];
  return value.length >= 16 && kinds >= 9 ? [strong, "high"] : [fair, "mid"];
}

document.querySelectorAll("[data-password]").forEach((field) => {
  const input = field.querySelector("input");
  const button = field.querySelector("[data-password-show]");
  const box = field.querySelector("[data-password-strength]");
  const show = button.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = input.type === "password";
    input.type = open ? "text" : "password";
    button.textContent = open ? button.dataset.hide : show;
    button.setAttribute("aria-pressed", String(open));
  });
  input.form.addEventListener("submit", () => (input.type = "password"));
  if (!box) return;
  input.addEventListener("input", () => {
    box.hidden = !input.value;
    const [text, level] = words(box, input.value);
    if (box.textContent !== text) box.textContent = text;
    box.dataset.level = level;
  });
});
