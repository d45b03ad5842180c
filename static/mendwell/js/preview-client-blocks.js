// One function for each kind of block, as docs/frontend.md lists them. A kind that is not known is left out, so that a
// new one in the shop breaks no page here.
import { anchor, el, money, picture, place, prose, time, words } from "./preview-client-dom.js";
import { form } from "./preview-client-form.js";

const WEEK = [0, 1, 2, 3, 4, 5, 6];

const head = (value, level = "h2") => [
  value.heading && el(level, {}, value.heading),
  value.text && el("p", { class: "lead" }, value.text),
];

export const search = () =>
  el("form", { class: "pc-search", action: place("/devices/"), role: "search" },
    el("label", { for: "q" }, words("search")),
    el("input", { id: "q", name: "q", type: "search", autocomplete: "off" }),
    el("button", { class: "button" }, words("look")));

const card = (title, href, ...more) =>
  el("li", { class: "card card--link" }, el("h3", {}, href ? el("a", { href: place(href) }, title) : title), ...more);

export const facts = (repair) =>
  el("p", { class: "pc-facts" },
    el("span", {}, words("minutes", { number: repair.minutes })),
    repair.warranty_days ? el("span", {}, words("warranty", { number: repair.warranty_days })) : null);

const lines = (value) => [
  ...head(value),
  el("ul", { class: "pc-grid" }, value.items.map((repair) =>
    card(repair.name, repair.path, repair.summary && el("p", { class: "muted" }, repair.summary), facts(repair),
      el("p", { class: "pc-price" }, words("from", { price: money(repair.from_price) }))))),
];

export const questions = (items) =>
  items.map((one) => el("details", { class: "pc-faq" }, el("summary", {}, one.question), prose(one.answer)));

const rows = (value, show, style = "pc-grid") => [
  ...head(value), el("ul", { class: style }, value.items.map((item) => el("li", { class: "card" }, ...show(item)))),
];

function hours(spans) {
  const name = (day) => new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", timeZone: "UTC" })
    .format(new Date(Date.UTC(2024, 0, 1 + day))); // the first of January 2024 was a Monday
  const open = WEEK.filter((day) => spans.some((span) => span.weekday === day));
  return el("dl", { class: "pc-hours" }, open.map((day) => el("div", {},
    el("dt", {}, name(day)),
    el("dd", {}, spans.filter((span) => span.weekday === day).map((span) => `${span.opens}–${span.closes}`).join(", ")))));
}

const SHAPES = {
  hero: (value, page) => [
    el("div", { class: "pc-hero__words" }, ...head(value, page.first ? "h1" : "h2"), value.finder && search(),
      el("p", { class: "row" }, value.links.map((link, at) =>
        anchor(link, at ? "button button--quiet" : "button")))),
    picture(value.image, { sizes: "(min-width: 720px) 50vw, 100vw", style: "pc-hero__picture", eager: true }),
  ],
  finder: (value) => [...head(value), search()],
  kinds: (value) => [...head(value), el("ul", { class: "pc-grid" }, value.items.map((kind) =>
    card(kind.name, kind.path, el("p", { class: "muted" }, words("number", { number: kind.device_count })))))],
  services: lines,
  price_table: lines,
  offer: (value, page) => [
    el("div", {}, ...head(value), value.offer && [
      el("p", { class: "eyebrow" }, `${value.offer.repair_type.name} · ${value.offer.device.name}`),
      el("p", { class: "pc-price pc-price--large" }, money(value.offer.price)), facts(value.offer),
      value.offer.next_free && el("p", {}, words("free", { time: time(value.offer.next_free, page.zone) })),
      el("p", {}, el("a", { class: "button", href: place(value.offer.book_path) }, words("book"))),
    ]),
    picture(value.image, { sizes: "(min-width: 720px) 40vw, 100vw", style: "pc-picture" }),
  ],
  call: (value) => [...head(value), value.link && el("p", {}, anchor(value.link, "button"))],
  form: (value) => [...head(value), value.form && form(value.form)],
  steps: (value) => [...head(value), el("ol", { class: "pc-steps" },
    value.items.map((step) => el("li", {}, el("h3", {}, step.title), el("p", {}, step.text))))],
  trust: (value) => rows(value, (one) => [el("h3", {}, one.title), one.text && el("p", { class: "muted" }, one.text)]),
  testimonials: (value) => rows(value, (one) => [
    el("blockquote", {}, el("p", {}, one.quote)),
    el("p", { class: "muted" }, [one.name, one.detail].filter(Boolean).join(", "))]),
  before_after: (value) => [...head(value), el("div", { class: "pc-pair" },
    [value.before, value.after].map((image) => picture(image, { sizes: "(min-width: 720px) 50vw, 100vw", style: "pc-picture" })))],
  questions: (value) => [...head(value), ...questions(value.items)],
  visit: (value) => [
    el("div", {}, ...head(value),
      el("address", {}, [value.address.street, `${value.address.city} ${value.address.postcode}`].filter((part) => part.trim())
        .map((part) => el("span", {}, part))),
      value.phone && el("p", {}, el("a", { href: `tel:${value.phone.replaceAll(" ", "")}` }, value.phone)),
      value.email && el("p", {}, el("a", { href: `mailto:${value.email}` }, value.email))),
    value.hours.length ? el("div", { class: "card" }, el("h3", {}, words("open")), hours(value.hours)) : null,
    picture(value.map_image, { style: "pc-picture" }),
  ],
  text: (value) => [prose(value.html)],
  picture: (value) => [el("figure", {}, picture(value.image, { style: "pc-picture" }),
    value.caption && el("figcaption", { class: "muted" }, value.caption))],
};

export const blocks = (page) =>
  page.body.filter((block) => SHAPES[block.type]).map((block, at) =>
    el("section", { class: `pc-block pc-block--${block.type}` },
      el("div", { class: "container" },
        ...SHAPES[block.type](block.value, { first: at === 0 && block.type === "hero", zone: page.site.time_zone }))));
