// A stand-in for Stripe's browser script: as much of it as a page with one payment element needs.
// The card is typed into a frame of the stand-in's own origin; the shop's page never sees it.
(() => {
  const origin = new URL(document.currentScript.src).origin;
  const style = (node, rules) => Object.assign(node.style, rules);
  let calls = 0;

  const frame = (path, title) => {
    const node = document.createElement("iframe");
    node.src = origin + path;
    node.title = title;
    style(node, { border: "0", width: "100%", height: "290px", display: "block" });
    return node;
  };

  const ask = (node, message) => new Promise((resolve) => {
    const call = ++calls;
    const hear = (event) => {
      if (event.origin !== origin || !event.data || event.data.call !== call) return;
      removeEventListener("message", hear);
      resolve(event.data.answer);
    };
    addEventListener("message", hear);
    node.contentWindow.postMessage({ ...message, call }, origin);
  });

  const ready = (node) => new Promise((resolve) => {
    const hear = (event) => {
      if (event.source !== node.contentWindow || !event.data || !event.data.ready) return;
      removeEventListener("message", hear);
      resolve();
    };
    addEventListener("message", hear);
  });

  const challenge = (secret) => new Promise((resolve) => {
    const cover = document.createElement("div");
    cover.setAttribute("role", "dialog");
    cover.setAttribute("aria-label", "Confirm your payment");
    style(cover, { position: "fixed", inset: "0", background: "rgb(0 0 0 / .5)", zIndex: "2147483647", display: "grid", placeItems: "center" });
    const node = frame("/v3/challenge?client_secret=" + encodeURIComponent(secret), "Your bank's confirmation");
    style(node, { width: "min(26rem, 95vw)", height: "26rem", background: "#fff", borderRadius: "12px" });
    cover.append(node);
    const hear = (event) => {
      if (event.origin !== origin || !event.data || !event.data.challenge) return;
      removeEventListener("message", hear);
      cover.remove();
      resolve(event.data.challenge);
    };
    addEventListener("message", hear);
    document.body.append(cover);
  });

  const aside = async (message) => {
    const node = frame("/v3/element", "Payment");
    node.hidden = true;
    document.body.append(node);
    await ready(node);
    const answer = await ask(node, message);
    node.remove();
    return answer;
  };

  window.Stripe = (key, settings = {}) => ({
    elements({ clientSecret }) {
      let element = null;
      const create = () => {
        const heard = {};
        const tell = (name) => (heard[name] || []).forEach((callback) => callback({ elementType: "payment" }));
        const node = frame("/v3/element?key=" + encodeURIComponent(key), "Card details");
        element = {
          node,
          mount(where) {
            const place = typeof where === "string" ? document.querySelector(where) : where;
            ready(node).then(() => tell("ready"));
            place.replaceChildren(node);
          },
          on(name, callback) { (heard[name] ||= []).push(callback); return element; },
          off() { return element; },
          update() {},
          focus() { node.focus(); },
          unmount() { node.remove(); },
          destroy() { node.remove(); element = null; },
        };
        return element;
      };
      return { clientSecret, create, getElement: () => element, update() {}, submit: () => Promise.resolve({}) };
    },
    async confirmPayment({ elements, clientSecret, confirmParams = {}, redirect = "always" }) {
      const secret = clientSecret || elements.clientSecret;
      let answer = await ask(elements.getElement().node, { what: "confirm", secret, key });
      if (answer.paymentIntent && answer.paymentIntent.status === "requires_action") {
        const end = await challenge(secret);
        answer = await ask(elements.getElement().node, { what: "retrieve", secret, key });
        if (end !== "approve") {
          const message = "We are unable to authenticate your payment method. Choose another one and try again.";
          answer = { error: { type: "card_error", code: "payment_intent_authentication_failure", message } };
        }
      }
      if (answer.error || redirect === "if_required") return answer;
      const back = new URL(confirmParams.return_url);
      back.searchParams.set("payment_intent", answer.paymentIntent.id);
      back.searchParams.set("payment_intent_client_secret", secret);
      back.searchParams.set("redirect_status", answer.paymentIntent.status === "succeeded" ? "succeeded" : "pending");
      location.assign(back);
      return new Promise(() => {});
    },
    retrievePaymentIntent: (secret) => aside({ what: "retrieve", secret, key }),
  });
  window.Stripe.version = "stand-in";
})();
