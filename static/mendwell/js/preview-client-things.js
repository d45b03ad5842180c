// What is no page: devices, kinds of devices, repairs, questions and complaints, published or as drafts.
import { facts, questions, search } from "./preview-client-blocks.js";
import { el, money, place, prose, words } from "./preview-client-dom.js";

const inherited = (text) =>
  text.text && [
    el("p", {}, text.text),
    text.from && ["category", "family"].includes(text.from.kind) && el("p", { class: "muted" }, words("by", { name: text.from.name })),
  ];

const title = (name, ...more) => el("header", { class: "container page-head" }, el("h1", {}, name), ...more);

const photo = (found) =>
  found && el("img", {
    src: found.url, srcset: found.files.map((one) => `${one.url} ${one.width}w`).join(", "), sizes: "240px",
    alt: found.alt, width: found.width, height: found.height, class: "pc-photo",
  });

const repairs = (device) =>
  el("ul", { class: "pc-rows" }, device.repairs.map((repair) => el("li", {},
    el("div", {}, el("h3", {}, repair.name), repair.summary && el("p", { class: "muted" }, repair.summary),
      facts(repair)),
    el("p", { class: "pc-price" }, words("from", { price: money(repair.price) })),
    el("a", { class: "button button--quiet", href: place(`/book/?device=${device.slug}&repair=${repair.slug}`) }, words("book")))));

const device = (found) => [
  title(found.name, el("p", { class: "eyebrow" }, [found.brand, found.year, found.category?.name].filter(Boolean).join(" · ")),
    photo(found.photo), inherited(found.description)),
  el("section", { class: "container pc-block" }, el("h2", {}, words("repairs")), repairs(found)),
  found.common_issues.length ? el("section", { class: "container pc-block" }, el("h2", {}, words("issues")),
    el("ul", {}, found.common_issues.map((one) => el("li", {}, one)))) : null,
  found.preparation.text ? el("section", { class: "container pc-block" }, el("h2", {}, words("before")), inherited(found.preparation)) : null,
];

export const devices = (found) => [
  title(words("devices"), search()),
  el("div", { class: "container" }, el("ul", { class: "pc-grid" }, found.items.map((one) =>
    el("li", { class: "card card--link" }, el("h2", {}, el("a", { href: place(`/devices/${one.slug}/`) }, one.name)),
      one.from_price && el("p", { class: "pc-price" }, words("from", { price: money(one.from_price) })))))),
];

export const group = (one) =>
  el("section", { class: "container pc-block" }, el("h2", {}, one.name || words("more")),
    one.introduction && el("p", { class: "lead" }, one.introduction), ...questions(one.items));

export const THINGS = {
  device,
  category: (found) => [title(found.name, el("p", { class: "eyebrow" }, found.family?.name ?? ""), el("p", { class: "lead" }, words("number", { number: found.device_count })),
    el("p", {}, typeof found.description === "string" ? found.description : found.description.text))],
  "repair-type": (found) => [title(found.name, found.summary && el("p", { class: "lead" }, found.summary),
    facts(found), inherited(found.description)),
    found.preparation.text ? el("section", { class: "container pc-block" }, el("h2", {}, words("before")), inherited(found.preparation)) : null],
  faq: (found) => [title(found.question, prose(found.answer))],
  "faq-group": (found) => [title(found.name), group(found)],
  "common-issue": (found) => [title(found.phrase, el("p", { class: "eyebrow" }, found.subject?.name ?? ""),
    found.advice && el("p", { class: "lead" }, found.advice))],
};
