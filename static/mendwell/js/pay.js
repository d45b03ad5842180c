// The pay page. Without this it is a page of plain forms; here it shows the provider's card form inside it, waits for
// the bank without being reloaded by hand, and keeps one press one press.
//
//   <section data-pay-element data-script data-key data-secret data-account data-return data-locale data-busy ...>
//     <div data-pay-error hidden><p data-pay-words></p></div>
//     <div data-pay-form hidden><div data-pay-place></div><button data-pay-button><span data-pay-label></span></button></div>
//     <form data-pay-hosted>...<p data-pay-blocked hidden></form>   the way out when the card form cannot be shown
//   </section>
//   <div data-pay-poll="/checkout/pay/M-1/state/">                     the page that waits for the bank
//
// The card is typed into a frame of the provider: nothing here sees it. Whether it is paid, our server asks.

const PATIENCE = 15000; // milliseconds for the script and its form to come up
const DONE = new Set(["succeeded", "processing", "requires_capture"]);

/** The provider's script, from the one address that this page's policy lets in. */
function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.async = true;
    script.addEventListener("load", () => (window.Stripe ? resolve(window.Stripe) : reject(new Error("Not a card form."))));
    script.addEventListener("error", () => reject(new Error("The script did not load.")));
    document.head.append(script);
  });
}

const soon = (promise) =>
  Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("Too slow.")), PATIENCE))]);

/** The colours of our page, for the form in the provider's frame. */
function look() {
  const style = getComputedStyle(document.documentElement);
  const body = getComputedStyle(document.body);
  const probe = document.createElement("span");
  document.body.append(probe);
  const colour = (name) => {
    probe.style.color = `var(${name})`; // through the page, so that light-dark() becomes a plain colour
    return getComputedStyle(probe).color;
  };
  const variables = {
    colorPrimary: colour("--brand"),
    colorBackground: colour("--surface"),
    colorText: colour("--ink"),
    colorTextSecondary: colour("--muted"),
    colorDanger: colour("--danger"),
    fontFamily: body.fontFamily,
    borderRadius: style.getPropertyValue("--radius").trim() || "10px",
  };
  probe.remove();
  return { variables };
}

/** What our server says of languages, as the form knows them. */
const localeOf = (code) => code.replace(/-(\w+)$/, (_, land) => `-${land.toUpperCase()}`);

class CardForm {
  constructor(root) {
    const one = (name) => root.querySelector(`[data-pay-${name}]`);
    this.data = root.dataset;
    this.form = one("form");
    this.place = one("place");
    this.button = one("button");
    this.label = one("label");
    this.words = this.label.textContent;
    this.error = one("error");
    this.hosted = one("hosted");
    this.back = new URL(this.data.return, location.href);
    this.hosted.hidden = true;
    this.form.hidden = false;
    this.button.addEventListener("click", () => this.pay());
    // A page that the browser kept is shown as it was left, perhaps in the middle of paying.
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    soon(this.open()).catch((reason) => this.blocked(reason));
  }

  async open() {
    const Stripe = await load(this.data.script);
    this.stripe = Stripe(this.data.key, this.data.account ? { stripeAccount: this.data.account } : {});
    // Paid in another window, or before this one was closed: the server asks, and says so.
    const known = await this.stripe.retrievePaymentIntent(this.data.secret);
    if (this.over) return;
    if (DONE.has(known.paymentIntent?.status)) return location.replace(this.back);
    this.elements = this.stripe.elements({
      clientSecret: this.data.secret,
      appearance: look(),
      locale: localeOf(this.data.locale),
    });
    const element = this.elements.create("payment");
    await new Promise((resolve, reject) => {
      element.on("ready", resolve);
      element.on("loaderror", (event) => reject(new Error(event.error?.message)));
      element.mount(this.place);
    });
    if (this.over) return;
    this.button.disabled = false;
    // Declined before the page was loaded anew: the reason is not lost with the page.
    const before = known.paymentIntent?.last_payment_error;
    if (before) this.tell(before.message || this.data.failed);
  }

  /** The card form cannot be shown: there is the provider's own page. */
  blocked(reason) {
    console.warn(reason);
    this.over = true;
    this.form.hidden = true;
    this.hosted.hidden = false;
    this.hosted.querySelector("[data-pay-blocked]").hidden = false;
  }

  busy(paying) {
    this.button.disabled = paying;
    this.button.setAttribute("aria-busy", String(paying));
    this.label.textContent = paying ? this.data.busy : this.words;
  }

  tell(words) {
    this.error.querySelector("[data-pay-words]").textContent = words;
    this.error.hidden = false;
    this.error.focus();
  }

  async pay() {
    if (this.button.disabled) return;
    this.busy(true);
    this.error.hidden = true;
    let answer;
    try {
      answer = await this.stripe.confirmPayment({
        elements: this.elements,
        confirmParams: { return_url: this.back.href },
      });
    } catch {
      answer = { error: { type: "api_connection_error" } };
    }
    await this.went(answer.error ?? {});
  }

  /** The browser has not left for the return address: something was in the way. */
  async went(error) {
    const status = error.payment_intent?.status;
    if (DONE.has(status) || error.code === "payment_intent_unexpected_state") return location.assign(this.back);
    const unsure = !["card_error", "validation_error"].includes(error.type);
    if (unsure && (await this.paidAfterAll())) return location.assign(this.back);
    this.busy(false);
    this.tell(unsure ? this.data.unsure : error.message || this.data.failed);
  }

  async paidAfterAll() {
    const known = await this.stripe.retrievePaymentIntent(this.data.secret).catch(() => ({}));
    return DONE.has(known.paymentIntent?.status);
  }
}

/** Ask our server, more and more calmly, until there is somewhere to go. A window that nobody sees asks nothing. */
function wait(address, pause = 2000) {
  setTimeout(async () => {
    if (document.visibilityState === "visible") {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
      const found = answer?.ok ? await answer.json().catch(() => ({})) : {};
      if (found.next) return location.replace(found.next);
    }
    wait(address, Math.min(pause * 1.5, 15000));
  }, pause);
}

document.querySelectorAll("[data-pay-element]").forEach((root) => new CardForm(root));
document.querySelectorAll("[data-pay-poll]").forEach((root) => wait(root.dataset.payPoll));

// A second press of the same button is the same press.
document.querySelectorAll("form[data-once]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
});
