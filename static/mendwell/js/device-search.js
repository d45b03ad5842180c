// The device search as a combobox (ARIA 1.2): answers while typing, arrows choose, Enter goes, Escape closes.
// The server renders the answers by the same rule as the page, so both always agree. See components/device_search.html.
const SLOW = 250; // milliseconds before it says that it is looking

class DeviceSearch {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("input[type=search]");
    this.box = form.querySelector("[data-device-answers]");
    this.status = form.querySelector("[data-device-status]");
    this.known = new Map();
    this.asking = new AbortController();
    this.active = -1;
    this.field.setAttribute("role", "combobox");
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-expanded", "false");
    this.field.setAttribute("aria-haspopup", "listbox");
    this.field.addEventListener("input", () => this.later());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("focus", () => this.field.value.trim() && this.later());
    form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || this.hide());
    this.box.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.box.addEventListener("click", (event) => this.click(event));
    document.addEventListener("click", (event) => form.contains(event.target) || this.hide());
  }

  get options() {
    return [...this.box.querySelectorAll("[role=option]")];
  }

  hide() {
    this.asking.abort();
    clearTimeout(this.waiting);
    this.box.hidden = true;
    this.active = -1;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), 120);
  }

  enough(words) {
    return words.length > 1 || /\d/.test(words);
  }

  async ask() {
    this.asking.abort();
    const words = this.field.value.trim();
    if (!this.enough(words)) return this.hide();
    if (this.known.has(words)) return this.show(this.known.get(words));
    const asking = (this.asking = new AbortController());
    const slow = setTimeout(() => this.line(this.box.dataset.loading), SLOW);
    try {
      const only = this.form.dataset.leads ? { only: "devices" } : {}; // a booking asks for a thing, not for answers
      const address = `${this.form.dataset.find}?${new URLSearchParams({ q: words, ...only })}`;
      const answer = await fetch(address, { signal: asking.signal, credentials: "omit" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      this.known.set(words, await answer.text());
      if (!asking.signal.aborted) this.show(this.known.get(words));
    } catch {
      if (!asking.signal.aborted) this.line(this.box.dataset.lost);
    } finally {
      clearTimeout(slow);
    }
  }

  line(words) {
    const line = document.createElement("p");
    line.className = "search__note";
    line.textContent = words;
    this.box.replaceChildren(line);
    this.box.hidden = false;
    this.active = -1;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
    this.status.textContent = words;
  }

  show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    this.box.replaceChildren(...page.body.childNodes);
    this.box.hidden = false;
    this.active = -1;
    const list = this.box.querySelector("[role=listbox]");
    if (list) {
      list.id = `${this.field.id}-list`;
      list.setAttribute("aria-label", this.box.dataset.label);
      this.field.setAttribute("aria-controls", list.id);
    }
    this.box.querySelectorAll("[role=group]").forEach((group, number) => {
      const title = group.querySelector(".search__title");
      title.id = `${this.field.id}-group-${number}`;
      group.setAttribute("aria-labelledby", title.id);
    });
    this.options.forEach((option, number) => {
      option.id = `${this.field.id}-option-${number}`;
      const address = this.address(option.dataset);
      if (address) option.href = address;
    });
    const all = this.box.querySelector("[data-all]");
    if (all && this.form.dataset.leads) {
      all.href = `${this.form.action}?${new URLSearchParams({ q: this.field.value.trim() })}`; // stay in the booking
    }
    this.field.setAttribute("aria-expanded", String(Boolean(list)));
    this.field.removeAttribute("aria-activedescendant");
    this.status.textContent = this.box.querySelector("[data-say]")?.textContent ?? "";
  }

  address({ device, repair, thing }) {
    const { leads } = this.form.dataset;
    if (leads && thing) return `${this.form.action}?${new URLSearchParams({ thing })}`;
    if (!device) return undefined;
    const address = leads?.replace("{device}", encodeURIComponent(device)).replace("{repair}", encodeURIComponent(repair));
    return address?.replace(/&repair=$/, "");
  }

  move(step) {
    const { options } = this;
    if (!options.length) return;
    const count = options.length + 1; // one place is the field itself
    this.active = ((this.active + 1 + step + count) % count) - 1;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === this.active)));
    const option = options[this.active];
    if (option) {
      this.field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.field.removeAttribute("aria-activedescendant");
    }
  }

  choose(option) {
    const { device, repair, name } = option.dataset;
    if (!device) return location.assign(option.href);
    const event = new CustomEvent("device:chosen", { bubbles: true, cancelable: true, detail: { device, repair, name } });
    if (!this.form.dispatchEvent(event)) return this.hide();
    location.assign(option.href);
  }

  click(event) {
    const option = event.target.closest("[role=option]");
    if (!option || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.choose(option);
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.box.hidden) this.ask();
      else this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !this.box.hidden && this.options[this.active]) {
      event.preventDefault();
      this.choose(this.options[this.active]);
    } else if (event.key === "Escape" && !this.box.hidden) {
      event.preventDefault(); // the first Escape closes, the next one empties the field as browsers do
      this.hide();
    }
  }
}

document.querySelectorAll("[data-device-search]").forEach((form) => new DeviceSearch(form));
