// Filters that need no button; what is empty stays out of the address.
const form = document.querySelector("[data-filters]");

form?.addEventListener("change", () => form.requestSubmit());
form?.addEventListener("formdata", (event) => {
  [...event.formData.entries()].forEach(([name, value]) => value || event.formData.delete(name));
});
