// The preview client: a whole frontend in a few files, fed by the API alone. It shows the page of its path, or with
// ?token= the draft that an editor opened in it. See docs/frontend.md; a frontend of your own does the same.
import { blocks, search } from "./preview-client-blocks.js";
import { anchor, el, place, time, words } from "./preview-client-dom.js";
import { devices, group, THINGS } from "./preview-client-things.js";
import { form } from "./preview-client-form.js";

const { api, base } = document.body.dataset;
const here = new URL(location.href);
const path = `/${here.pathname.slice(base.length)}`;
const token = here.searchParams.get("token");

class Told extends Error {}
class Missing extends Told {}

async function ask(address, headers = {}) {
  const answer = await fetch(api + address, { headers, credentials: "omit" });
  const told = await answer.json();
  if (told.code === "page_moved") location.replace(place(told.redirect.to));
  if (answer.status === 404) throw new Missing(words(told.code === "preview_gone" ? "gone" : "missing"));
  if (!answer.ok) throw new Told(words("broken"));
  return told;
}

const list = (links) => el("ul", {}, links.map((one) => el("li", {}, anchor(one))));

function around(site, locale) {
  document.documentElement.lang = locale ?? document.documentElement.lang;
  const home = site.locales.find((one) => one.locale === locale)?.path ?? "/";
  const logo = site.logo?.renditions[0];
  document.getElementById("top").replaceChildren(el("div", { class: "container" },
    el("a", { href: place(home), class: "pc-name" }, logo ? el("img", { src: logo.url, alt: site.name, class: "pc-logo" }) : site.name),
    el("nav", { "aria-label": site.name }, list(site.menus.main))));
  document.getElementById("foot").replaceChildren(el("div", { class: "container" },
    site.menus.footer.map((column) => el("section", {}, el("h2", {}, column.heading), list(column.links))),
    list(site.menus.pages),
    el("p", { class: "muted" }, [site.name, site.address.street, site.address.city, site.address.postcode].filter(Boolean).join(", ")),
    site.menus.footer_line && el("p", { class: "muted" }, site.menus.footer_line)));
  for (const [name, colour] of Object.entries(site.brand?.day ?? {})) {
    document.documentElement.style.setProperty(`--${name}`, `light-dark(${colour}, ${site.brand.night[name]})`);
  }
}

function page(found) {
  around(found.site, found.locale);
  document.title = found.head.title;
  const hero = found.body[0]?.type === "hero";
  return [
    found.breadcrumbs.length > 1 && el("nav", { class: "container pc-crumbs", "aria-label": words("home") },
      el("ol", {}, found.breadcrumbs.map((step) => el("li", {}, el("a", { href: place(step.path) }, step.title))))),
    !hero && el("header", { class: "container page-head" }, el("h1", {}, found.headline || found.title),
      found.introduction && el("p", { class: "lead" }, found.introduction), found.headline && search(),
      found.trust_line && el("p", { class: "muted" }, found.trust_line)),
    found.groups?.map(group),
    found.form && el("div", { class: "container pc-block" }, form(found.form)),
    ...blocks(found),
  ].flat();
}

async function thing(kind, found) {
  around(await ask("site/"));
  document.title = found.name ?? found.question ?? found.phrase ?? words("devices");
  return (kind === "devices" ? devices : THINGS[kind])(found);
}

async function draft() {
  const found = await ask("preview/", { "X-Preview-Token": token });
  document.getElementById("ribbon").replaceChildren(el("p", { class: "pc-ribbon" },
    el("strong", {}, words("draft")), " ", words("until", { time: time(found.expires_at) })));
  return found.kind === "page" ? page(found) : thing(found.kind, found);
}

async function published() {
  const [first, slug] = path.split("/").filter(Boolean);
  if (first === "devices" && slug) return thing("device", await ask(`devices/${encodeURIComponent(slug)}/`));
  if (first === "repairs" && slug) return thing("devices", await ask(`devices/?limit=100&category=${encodeURIComponent(slug)}`));
  const query = here.searchParams.get("q");
  if (first === "devices" && query !== null) return thing("devices", await ask(`devices/?limit=100&q=${encodeURIComponent(query)}`));
  try {
    return page(await ask(`pages/?path=${encodeURIComponent(path)}`));
  } catch (error) {
    if (error instanceof Missing && first === "devices") return thing("devices", await ask("devices/?limit=100"));
    throw error;
  }
}

async function start() {
  const main = document.getElementById("main");
  try {
    main.replaceChildren(...(await (token ? draft() : published())).filter(Boolean));
  } catch (error) {
    const said = error instanceof Told ? error.message : words("broken");
    if (!(error instanceof Told)) console.error(error);
    main.replaceChildren(el("div", { class: "container page-head" }, el("h1", {}, said)));
    await ask("site/").then(around).catch(() => null);
  }
  main.removeAttribute("aria-busy");
}

start();
