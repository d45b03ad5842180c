// Keeps a page true while it is open. Without it the page is merely as old as its last load.
//
//   <div data-live-url="/live/TOKEN/" data-live-after="7">          a tracking page, or
//   <div data-live-url="/live/bench/?ticket=TICKET">                 the bench board
//     <p data-live-badge data-live-on="Live" data-live-off="Offline, catching up" data-live-updated="updated {time}"></p>
//     <section data-live-region="status" aria-live="polite">...</section>
//   </div>
//
// On news the page is fetched again and every [data-live-region] takes over what changed in it, child by child where
// children carry a data-key or id, so that nothing jumps and the keyboard stays where it is. Each event is also sent
// out as a "mendwell:live" CustomEvent of the [data-live-url] element; a "mendwell:refresh" event of the document has
// the page fetched at once. With data-live-job="R-1" a page of the bench takes no notice of other jobs.

const FIRST_RETRY = 2000;
const LAST_RETRY = 30000;
const CALM = 150; // several events at once are one fetch

const keyOf = (node) => node.dataset.key || node.id || node.querySelector("[data-card-link]")?.getAttribute("href") || "";
const hasWords = (node) => [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());

/** Make `old` look like `next`, touching only what differs; children are known by key, else by place and tag. */
function take(old, next) {
  if (old.isEqualNode(next)) return;
  for (const { name, value } of [...next.attributes]) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  if (!next.children.length || !old.children.length || hasWords(next) || hasWords(old)) {
    old.replaceChildren(...next.childNodes);
    return;
  }
  const rest = new Set(old.children);
  const kept = [...next.children].map((child) => {
    const key = keyOf(child);
    const before = [...rest].find((one) => one.tagName === child.tagName && keyOf(one) === key);
    if (!before) return child;
    rest.delete(before);
    take(before, child);
    return before;
  });
  rest.forEach((gone) => gone.remove());
  kept.forEach((child, index) => {
    if (old.children[index] !== child) old.insertBefore(child, old.children[index] ?? null);
  });
}

/** Whether somebody is typing or dragging in the region; then it waits. */
function busy(region) {
  const active = document.activeElement;
  return (
    (active && region.contains(active) && active.matches("input:not([type=hidden]), textarea, select")) ||
    region.querySelector("[data-dragging], [data-moving], dialog[open]") !== null
  );
}

class LivePage {
  constructor(root) {
    this.root = root;
    this.after = Number(root.dataset.liveAfter) || 0;
    this.retry = FIRST_RETRY;
    this.words = document.querySelector("[data-live-badge]")?.textContent.trim();
    this.updated = new Date();
    this.connect();
    addEventListener("online", () => this.reconnect());
    addEventListener("pageshow", (event) => event.persisted && this.reconnect());
    addEventListener("pagehide", () => this.source?.close());
    document.addEventListener("mendwell:refresh", () => this.look());
  }

  address() {
    const address = new URL(this.root.dataset.liveUrl, location.href);
    if (!address.searchParams.has("ticket")) address.searchParams.set("after", this.after);
    return address;
  }

  connect() {
    clearTimeout(this.timer);
    this.source?.close();
    const source = (this.source = new EventSource(this.address()));
    source.addEventListener("connected", (event) => this.connected(JSON.parse(event.data)));
    source.addEventListener("board", (event) => this.news(JSON.parse(event.data)));
    source.addEventListener("message", (event) => {
      this.after = Math.max(this.after, Number(event.lastEventId) || 0);
      this.news(JSON.parse(event.data));
    });
    source.addEventListener("error", () => this.lost());
  }

  reconnect() {
    if (this.source?.readyState === EventSource.OPEN) return;
    if (this.ticketed()) this.renew();
    else this.connect();
  }

  ticketed() {
    return this.address().searchParams.has("ticket");
  }

  /** A ticket is looked at when a stream begins, and is soon old: the page, fetched again, brings the next one. */
  async renew() {
    clearTimeout(this.timer);
    if (await this.refresh()) this.connect();
    else this.later();
  }

  later() {
    clearTimeout(this.timer);
    const again = () => (this.ticketed() ? this.renew() : this.refresh().finally(() => this.connect()));
    this.timer = setTimeout(again, this.retry * (0.5 + Math.random()));
    this.retry = Math.min(this.retry * 2, LAST_RETRY);
  }

  connected() {
    const wasLost = this.isLost;
    this.isLost = false;
    this.retry = FIRST_RETRY;
    this.show(true);
    // The board has no numbering: whatever happened while nobody listened is seen by looking again.
    if (wasLost || this.ticketed()) this.refresh();
  }

  lost() {
    this.isLost = true;
    this.show(false);
    if (this.ticketed()) this.source.close();
    // Otherwise the browser comes back by itself unless it was refused.
    if (this.source.readyState === EventSource.CLOSED) this.later();
  }

  news(event) {
    this.root.dispatchEvent(new CustomEvent("mendwell:live", { detail: event, bubbles: true }));
    const { liveJob } = this.root.dataset;
    if (!liveJob || !event.job || event.job === liveJob) this.look();
  }

  look() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.refresh(), CALM);
  }

  /** Fetch the page again and take over what changed; says whether that went well. A failed fetch is tried again. */
  async refresh() {
    if (this.fetching) {
      this.again = true;
      return false;
    }
    this.fetching = true;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      if (answer.status === 404) return location.reload(); // the link was withdrawn: nothing of it stays on the screen
      if (!answer.ok || answer.redirected) throw new Error(`The page answered ${answer.status}.`);
      this.apply(new DOMParser().parseFromString(await answer.text(), "text/html"));
      this.updated = new Date();
      if (!this.isLost) this.show(true);
      return true;
    } catch (error) {
      console.warn(error);
      this.show(false);
      if (!this.isLost) this.soon = setTimeout(() => this.refresh(), FIRST_RETRY);
      return false;
    } finally {
      this.fetching = false;
      if (this.again) {
        this.again = false;
        this.refresh();
      }
    }
  }

  apply(page) {
    const url = page.querySelector("[data-live-url]")?.dataset.liveUrl;
    if (url !== undefined) this.root.dataset.liveUrl = url;
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.getAttribute("value");
    for (const region of document.querySelectorAll("[data-live-region]")) {
      if (region.parentElement.closest("[data-live-region]")) continue; // the outer one takes it along
      const next = page.querySelector(`[data-live-region="${CSS.escape(region.dataset.liveRegion)}"]`);
      if (!next) continue;
      if (busy(region)) {
        region.addEventListener("focusout", () => this.look(), { once: true });
        continue;
      }
      // What differs at every rendering is no news: the badge is ours, and each form's token is as good as another.
      const badge = region.querySelector("[data-live-badge]");
      if (badge) next.querySelector("[data-live-badge]")?.replaceWith(badge.cloneNode(true));
      if (token) next.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => field.setAttribute("value", token));
      const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
      take(region, next);
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    }
    if (url === "") this.source.close(); // the job is over; there is nothing more to come
  }

  show(live) {
    const badge = document.querySelector("[data-live-badge]");
    if (!badge) return;
    const { liveOn = this.words || "Live", liveOff = "Offline, catching up", liveUpdated = "updated {time}" } = badge.dataset;
    const time = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { timeStyle: "medium" });
    const moment = document.createElement("time");
    moment.dateTime = this.updated.toISOString();
    moment.textContent = liveUpdated.replace("{time}", time.format(this.updated));
    const words = document.createElement("span");
    words.textContent = live ? liveOn : liveOff;
    badge.hidden = false;
    badge.dataset.state = live ? "live" : "offline";
    badge.setAttribute("aria-live", "off"); // the news itself is read out, the clock is not
    badge.replaceChildren(words, " ", moment);
  }
}

document.querySelectorAll("[data-live-url]").forEach((root) => root.dataset.liveUrl && new LivePage(root));
