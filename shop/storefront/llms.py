"""/llms.txt: what the shop is and where its facts stand, for programs that read instead of people."""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms import catalogue, hidden
from cms.frontends.middleware import public_root
from cms.models import StorefrontPage
from cms.paths import paths_of
from cms.sites import Site, shop_settings, site_for
from notifications.contacts import readable_phone
from shop import facts
from shop.storefront import head, price_list
from shop.storefront.devices import true_until
from shop.storefront.window import Foot, foot
from shop.templatetags.money import money

MOST_PAGES = 40


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """Plain Markdown, as llmstxt.org describes it: the same facts as the pages, and the same prices."""
    site, at = site_for(request), timezone.now()
    rows = price_list.by_repair(price_list.price_list(site=site, at=at))
    services = head.address(site, "services")
    lines = [
        *_shop(site, foot(request)),
        *_section(_("What it does"), ((row.repair_type.name, _priced(row), services) for row in rows)),
        *_section(_("Devices"), _kinds(site)),
        *_section(_("Pages"), _pages(site)),
        *_section(_("For programs"), _programs(site)),
    ]
    answer = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    return true_until(answer, [facts.next_change(facts.rules_of(site, at), at)])


def _shop(site: Site, around: Foot) -> Iterator[str]:
    shop = shop_settings(site)
    yield f"# {_line(shop.name)}"
    yield ""
    yield "> " + _("Repairs with a price known before booking, a chosen time and every step to follow.")
    yield ""
    phone = readable_phone(shop.phone)
    told = [shop.address, phone, shop.email, *(f"{row.days}: {row.times}" for row in around.hours)]
    yield from (f"- {_line(text)}" for text in told if text)


def _section(title: str, rows: Iterator[tuple[str, str, str]]) -> Iterator[str]:
    lines = [f"- [{_line(name)}]({address})" + (f": {_line(told)}" if told else "") for name, told, address in rows]
    if lines:
        yield from ("", f"## {title}", "", *lines)


def _line(text: object) -> str:
    """Words of an editor as part of one line, without what Markdown reads."""
    return " ".join(str(text).split()).replace("[", "(").replace("]", ")")


def _priced(row: price_list.Priced) -> str:
    return _("from %(price)s") % {"price": money(row.price, row.currency)}


def _kinds(site: Site) -> Iterator[tuple[str, str, str]]:
    known = catalogue.read(site)
    for node in [*known.families(), *known.categories()]:
        yield node.name, "", head.address(site, "kind", node.slug)


def _pages(site: Site) -> Iterator[tuple[str, str, str]]:
    """The pages of the default language that may be found, with the screens of the shop."""
    where, root = paths_of(site), public_root(site)
    kept_out = (
        hidden.hidden_screens(where) if catalogue.tree(site).families() else {*hidden.hidden_screens(where), "devices"}
    )
    screens = {"devices": _("Find my device"), "prices": _("Prices"), "services": _("Services")}
    yield from ((words, "", head.address(site, name)) for name, words in screens.items() if name not in kept_out)
    written = [page for page in hidden.not_hidden(where) if where.code_of(page.locale_id) == settings.LANGUAGE_CODE]
    for page in written[:MOST_PAGES]:
        if page.specific_class is not StorefrontPage:
            yield page.title, page.search_description, f"{root}{where.path(page)}"


def _programs(site: Site) -> Iterator[tuple[str, str, str]]:
    root = site.root_url
    yield (
        _("API"),
        _("Pages, devices, prices, free times, booking: JSON, no key needed to read"),
        f"{root}/api/v1/site/",
    )
    yield "OpenAPI", _("Every address of the API with its fields"), f"{root}{reverse('api-schema')}"
    yield _("API by hand"), _("The same to try out"), f"{root}{reverse('api-docs')}"
    yield _("Sitemap"), _("Every page, device and repair"), f"{public_root(site)}/sitemap.xml"
