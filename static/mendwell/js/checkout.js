// Address fields only when the chosen way needs them; without script they are simply there.
const form = document.querySelector("[data-handover]");

function fit() {
  const chosen = form.querySelector("input[name=shipping_method]:checked");
  form.querySelectorAll("[data-address]").forEach((part) => (part.hidden = !chosen || !("needsAddress" in chosen.dataset)));
}

if (form) {
  form.addEventListener("change", fit);
  fit();
}
