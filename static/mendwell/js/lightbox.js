// Shows pictures large in a <dialog>; without it their links open the picture itself.
//
//   <a href="full.webp" data-lightbox="KEY"><img src="small.webp" alt="What it shows"></a>
//   <dialog data-lightbox-dialog><img data-lightbox-image><p data-lightbox-words></p> ... </dialog>
//
// Links with the same key are the same picture: stepping meets it once. Escape closes, as every dialog does.

const dialog = document.querySelector("[data-lightbox-dialog]");
const links = () => [...new Map([...document.querySelectorAll("a[data-lightbox]")].map((one) => [one.dataset.lightbox, one])).values()];
let shown = "";

function show(key) {
  const all = links();
  const link = all.find((one) => one.dataset.lightbox === key) ?? all[0];
  if (!link) return dialog.close();
  shown = link.dataset.lightbox;
  const words = link.querySelector("img")?.alt ?? "";
  const image = dialog.querySelector("[data-lightbox-image]");
  image.src = link.href;
  image.alt = words;
  dialog.querySelector("[data-lightbox-words]").textContent = words;
  dialog.querySelectorAll("[data-lightbox-step]").forEach((button) => (button.hidden = all.length < 2));
  if (!dialog.open) dialog.showModal();
}

function step(by) {
  const all = links();
  const place = all.findIndex((one) => one.dataset.lightbox === shown);
  show(all[(place + by + all.length) % all.length]?.dataset.lightbox);
}

if (dialog?.showModal) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-lightbox]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link.dataset.lightbox);
  });
  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("[data-lightbox-step]");
    if (button) step(Number(button.dataset.lightboxStep));
    else if (event.target === dialog || event.target.closest("[data-lightbox-close]")) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
}
