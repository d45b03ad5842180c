// Pictures go one by one while one goes on: dropped, chosen or taken; made smaller first when that helps; with
// progress, cancel, retry, captions and an undo. Without it the form around sends them all at once.
//
// A [data-photos] block posts { photo, caption-KEY or remove } and its [data-photo-field]s to data-url with X-Photos: 1
// and gets { key, html } or, with 422, { message }.

const AT_ONCE = 2;
const UNDO = 8000;
const LONGEST = 2048;
const SMALL_ENOUGH = 600_000;
const csrf = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

async function smaller(file) {
  if (file.size < SMALL_ENOUGH) return file;
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file; // HEIC in most browsers, or no picture: the server says what it thinks.
  }
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
  return blob && blob.size < file.size ? new File([blob], file.name, { type: blob.type }) : file;
}

class Uploader {
  constructor(block) {
    this.block = block;
    this.words = block.dataset;
    this.list = block.querySelector("[data-photos-list]");
    this.panel = block.closest(".shots") ?? block; // at the bench the kept ones are a list of their own
    this.drop = block.querySelector("[data-photos-drop]");
    this.waiting = [];
    this.running = 0;
    this.removals = new Map();
    block.dataset.ready = "";
    block.querySelectorAll("[data-photos-input]").forEach((input) =>
      input.addEventListener("change", () => {
        this.take([...input.files]);
        input.value = "";
      }),
    );
    this.listenToDrops();
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener("change", (event) => this.captioned(event));
    this.list.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("[data-photo-caption]")) {
        event.preventDefault();
        event.target.blur();
      }
    });
    addEventListener("online", () => this.list.querySelectorAll("[data-lost] [data-photo-retry]").forEach((b) => b.click()));
    addEventListener("pagehide", () => this.removals.forEach((finish) => finish()));
    this.count();
  }

  get busy() {
    return this.running + this.waiting.length;
  }

  say(words) {
    this.block.querySelector("[data-photos-status]").textContent = words;
  }

  count() {
    const kept = this.panel.querySelectorAll("[data-photo]").length;
    const room = Number(this.words.most) - kept - this.busy;
    const count = this.block.querySelector("[data-photos-count]");
    if (count) count.textContent = kept;
    this.drop.toggleAttribute("data-full", room <= 0 && !this.busy);
    document.querySelectorAll("[data-photos-skip]").forEach((skip) => (skip.hidden = kept + this.busy > 0));
    return room;
  }

  listenToDrops() {
    let depth = 0;
    const has = (event) => event.dataTransfer?.types.includes("Files");
    const over = (step) => (event) => {
      if (!has(event)) return;
      event.preventDefault();
      depth = Math.max(0, depth + step);
      this.drop.toggleAttribute("data-over", depth > 0);
    };
    this.block.addEventListener("dragenter", over(1));
    this.block.addEventListener("dragleave", over(-1));
    this.block.addEventListener("dragover", over(0));
    this.block.addEventListener("drop", (event) => {
      over(-depth)(event);
      if (has(event)) this.take([...event.dataTransfer.files]);
    });
  }

  async take(files) {
    await Promise.all([...this.removals.values()].map((finish) => finish()));
    let room = this.count();
    for (const file of files) {
      const tile = this.tile(file);
      if (room-- <= 0) this.refuse(tile, this.words.wordsFull);
      else this.waiting.push(tile);
    }
    this.next();
  }

  tile(file) {
    const node = this.block.querySelector("[data-photo-sending]").content.firstElementChild.cloneNode(true);
    const frame = node.querySelector(".photo__frame");
    node.querySelector(".photo__name").textContent = file.name;
    const preview = new Image();
    preview.alt = "";
    preview.onload = () => frame.querySelector(".photo__blank")?.replaceWith(preview);
    preview.src = URL.createObjectURL(file);
    this.list.append(node);
    const tile = { node, file, preview };
    node.querySelector("[data-photo-cancel]").addEventListener("click", () => this.cancel(tile));
    node.querySelector("[data-photo-retry]").addEventListener("click", () => this.retry(tile));
    return tile;
  }

  async next() {
    this.count();
    if (this.running >= AT_ONCE || !this.waiting.length) return this.busy || done();
    const tile = this.waiting.shift();
    this.running += 1;
    this.next();
    await this.send(tile);
    this.running -= 1;
    this.next();
  }

  async send(tile) {
    const file = await smaller(tile.file);
    if (tile.cancelled) return;
    if (file.size > Number(this.words.fileBytes)) return this.refuse(tile, this.words.wordsBig);
    const answer = await this.post({ photo: file }, tile);
    if (tile.cancelled) return;
    if (answer.html) {
      const kept = document.createRange().createContextualFragment(answer.html).firstElementChild;
      kept.querySelector("img")?.addEventListener("load", () => URL.revokeObjectURL(tile.preview.src), { once: true });
      const grid = this.panel.querySelector("[data-photos-kept]");
      const there = this.panel.querySelector(`[data-photo="${answer.key}"]`); // live news may have been quicker
      if (!grid) tile.node.replaceWith(kept);
      else tile.node.remove();
      if (grid && !there) grid.append(kept);
      this.say(this.words.wordsSent);
    } else {
      this.refuse(tile, answer.message, answer.again);
      tile.node.toggleAttribute("data-lost", Boolean(answer.lost));
    }
  }

  post(values, tile) {
    const form = new FormData();
    form.append("csrfmiddlewaretoken", csrf());
    this.block.querySelectorAll("[data-photo-field]").forEach((field) => {
      if (field.type !== "checkbox" || field.checked) form.append(field.name, field.value);
    });
    Object.entries(values).forEach(([name, value]) => form.append(name, value));
    return new Promise((done) => {
      const call = new XMLHttpRequest();
      call.open("POST", this.words.url);
      call.setRequestHeader("X-Photos", "1");
      call.responseType = "json";
      call.timeout = 120_000;
      if (tile) {
        tile.call = call;
        call.upload.addEventListener("progress", (event) => {
          if (event.lengthComputable) tile.node.querySelector("progress").value = (event.loaded / event.total) * 100;
        });
      }
      const lost = () => done({ message: this.words.wordsLine, again: true, lost: true });
      call.addEventListener("error", lost);
      call.addEventListener("timeout", lost);
      call.addEventListener("abort", () => done({}));
      call.addEventListener("load", () => {
        const { status, response } = call;
        if (status < 300) done(response ?? {});
        else if (status === 413) done({ message: this.words.wordsBig });
        else if (response?.message) done({ message: response.message });
        else if (status >= 500 || status === 429) done({ message: this.words.wordsFault, again: true });
        else done({ message: this.words.wordsGone });
      });
      call.send(form);
    });
  }

  refuse(tile, words, again = false) {
    const { node } = tile;
    const problem = node.querySelector(".photo__problem");
    node.classList.add("photo--refused");
    problem.textContent = words;
    problem.hidden = false;
    const dismiss = node.querySelector("[data-photo-cancel]");
    dismiss.setAttribute("aria-label", dismiss.dataset.dismiss);
    node.querySelector(".photo__retry").hidden = !again;
    this.say(`${tile.file.name}: ${words}`);
  }

  retry(tile) {
    const { node } = tile;
    node.classList.remove("photo--refused");
    node.removeAttribute("data-lost");
    node.querySelector(".photo__problem").hidden = node.querySelector(".photo__retry").hidden = true;
    node.querySelector("progress").value = 0;
    this.waiting.push(tile);
    this.next();
  }

  cancel(tile) {
    tile.cancelled = true;
    tile.call?.abort();
    this.waiting = this.waiting.filter((one) => one !== tile);
    tile.node.remove();
    URL.revokeObjectURL(tile.preview.src);
    this.drop.querySelector("[data-photos-input]")?.focus();
    this.next();
  }

  clicked(event) {
    const button = event.target.closest("[data-photo-remove]");
    if (!button) return;
    event.preventDefault();
    this.remove(button.closest("[data-photo]"));
  }

  // The server hears of it when nobody wanted it back: after a while, or when the page is left.
  remove(node) {
    const key = node.dataset.photo;
    const place = this.block.querySelector("[data-photo-removed]").content.firstElementChild.cloneNode(true);
    const undo = place.querySelector("[data-photo-undo]");
    const finish = async () => {
      clearTimeout(timer);
      if (!this.removals.delete(key)) return;
      const body = new URLSearchParams({ remove: key, csrfmiddlewaretoken: csrf() });
      this.block.querySelectorAll("[data-photo-field]").forEach((field) => body.append(field.name, field.value));
      const answer = await fetch(this.words.url, { method: "POST", body, keepalive: true, headers: { "X-Photos": "1" } }).catch(() => null);
      if (!answer?.ok) place.replaceWith(node);
      else place.remove();
      this.count();
    };
    const timer = setTimeout(finish, UNDO);
    this.removals.set(key, finish);
    node.replaceWith(place);
    undo.focus();
    undo.addEventListener("click", () => {
      clearTimeout(timer);
      this.removals.delete(key);
      place.replaceWith(node);
      node.querySelector("[data-photo-remove]").focus();
      this.say(this.words.wordsBack);
      this.count();
    });
    this.say(this.words.wordsRemoved);
    this.count();
  }

  async captioned(event) {
    const field = event.target.closest("[data-photo-caption]");
    if (!field) return;
    const answer = await this.post({ [field.name]: field.value });
    if (answer.message) this.say(answer.message);
  }
}

const uploaders = [...document.querySelectorAll("[data-photos]")].map((block) => new Uploader(block));
const form = document.querySelector("[data-photos-form]");
const busy = () => uploaders.some((one) => one.busy);
let going = null;

function done() {
  if (busy()) return;
  const button = going;
  going = null;
  if (!button) return;
  button.removeAttribute("aria-disabled");
  button.firstChild.textContent = button.dataset.words;
  const refused = document.querySelector(".photo--refused");
  if (refused) refused.scrollIntoView({ block: "center" });
  else form.requestSubmit(button);
}

// Going on while pictures are on their way waits for them.
form?.addEventListener("submit", (event) => {
  if (!busy()) {
    uploaders.forEach((one) => one.removals.forEach((finish) => finish()));
    return;
  }
  event.preventDefault();
  if (going) return;
  going = event.submitter ?? form.querySelector(".form-actions button");
  going.dataset.words = going.firstChild.textContent;
  going.firstChild.textContent = form.dataset.wordsWaiting;
  going.setAttribute("aria-disabled", "true");
});
addEventListener("beforeunload", (event) => {
  if (busy()) event.preventDefault();
});
