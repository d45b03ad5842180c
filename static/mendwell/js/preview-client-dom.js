// Building elements, and the words and forms in which facts are shown. Texts become text nodes, so nothing that an
// editor wrote is taken for markup; only `prose` takes HTML, which the API has made from allowed elements alone.
const told = JSON.parse(document.getElementById("words").textContent);
const base = document.body.dataset.base.replace(/\/$/, "");
const SERVED_BY_THE_SHOP = /^\/(book|basket|checkout|track|account|accounts|documents|media)\//;

export const words = (name, values = {}) =>
  told[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(key, value === true ? "" : value);
    }
  }
  made.append(...children.flat().filter((child) => child || child === 0));
  return made;
}

export function prose(html) {
  const made = el("div", { class: "prose" });
  made.innerHTML = html;
  for (const link of made.querySelectorAll("a[href]")) {
    link.setAttribute("href", place(link.getAttribute("href")));
  }
  return made;
}

// Where a path of the site is in this client; addresses elsewhere, and what only the shop has, stay as they are.
export const place = (href) =>
  href.startsWith("/") && !SERVED_BY_THE_SHOP.test(href) ? base + href : href;

export const anchor = (link, style) =>
  el("a", { href: place(link.href), class: style, rel: link.external ? "noopener" : null }, link.text);

export const money = (price) =>
  new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: price.currency }).format(
    Number(price.amount),
  );

export const time = (moment, zone) =>
  new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "short", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: zone,
  }).format(new Date(moment));

// The browser takes the size that fits; the focal point stays in sight when the frame cuts the picture.
export function picture(image, { sizes = "100vw", style = null, eager = false } = {}) {
  if (!image?.renditions.length) return null;
  const last = image.renditions.at(-1);
  const made = el("img", {
    src: image.renditions[0].url,
    srcset: image.renditions.map((one) => `${one.url} ${one.width}w`).join(", "),
    sizes, alt: image.alt, width: last.width, height: last.height, class: style,
    loading: eager ? "eager" : "lazy", decoding: "async",
  });
  if (image.focal_point) {
    made.style.objectPosition = `${image.focal_point.x * 100}% ${image.focal_point.y * 100}%`;
  }
  return made;
}
