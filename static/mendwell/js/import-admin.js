// The import's pages: a file may be dropped, and the page of a run that is at work looks on by itself.
// Without this module the file is chosen, and the page is loaded again every few seconds.

const PAUSE = 1500; // ms
const WHOLE_PAGE = 130_000; // by then a run that died has been noticed, and the page says so

function drop(form) {
  const input = form.querySelector("input[type=file]");
  const over = (event, is) => {
    event.preventDefault();
    form.classList.toggle("is-over", is);
  };
  form.addEventListener("dragover", (event) => over(event, true));
  form.addEventListener("dragleave", (event) => over(event, false));
  form.addEventListener("drop", (event) => {
    over(event, false);
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    input.focus();
  });
  form.addEventListener("submit", () => {
    const button = form.querySelector("button[type=submit]");
    button.textContent = button.dataset.sending;
    button.disabled = true;
  });
}

async function look(section) {
  const bar = section.querySelector("progress");
  const words = section.querySelector("[data-words]");
  try {
    const answer = await fetch(section.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const now = await answer.json();
    if (!now.at_work) {
      location.reload();
      return;
    }
    section.querySelector("h2").textContent = now.heading;
    if (now.percent !== null && now.total) {
      bar.max = 100;
      bar.value = now.percent;
      words.textContent = words.dataset.words.replace("%done", now.done).replace("%total", now.total).replace("%percent", now.percent);
    }
  } catch {
    // The next look may reach the server again.
  }
  setTimeout(look, PAUSE, section);
}

const form = document.querySelector("[data-drop]");
if (form) drop(form);
const section = document.querySelector("[data-progress]");
if (section) {
  setTimeout(look, PAUSE, section);
  setTimeout(() => location.reload(), WHOLE_PAGE);
}
