"""The shop window inside pages of words: what it costs, when it is open, and the head of such a page."""

from dataclasses import dataclass
from typing import Any

from babel.numbers import get_currency_name
from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, to_locale
from django.utils.translation import gettext as _

from cms import catalogue, paths, seo
from cms.catalogue import Node
from cms.frontends.middleware import public_root
from cms.models import FAQ, ShopSettings
from cms.sites import shop_settings, site_for
from shop.storefront import currency, head, price_list
from shop.storefront.window import Foot, foot

register = template.Library()

MOST_FAMILIES = 8


@dataclass(frozen=True)
class Window:
    """The home page's window: families (or what there is below a single one), services, and the foot's hours."""

    kinds: list[Node]
    services: list[price_list.Priced]
    shop: ShopSettings
    foot: Foot


def first_kinds(known: catalogue.Tree) -> list[Node]:
    """The widest choice there is: families, else the categories of the only family."""
    families = known.families()
    return (families if len(families) > 1 else known.categories())[:MOST_FAMILIES]


@register.simple_tag(takes_context=True)
def shop_window(context: Any, limit: int = 8) -> Window | None:
    """Everything that the home page shows of the shop, in three statements; nothing without a request."""
    request = context.get("request")
    if request is None:
        return None
    site = site_for(request)
    rows = price_list.price_list(site=site, at=timezone.now(), currency=currency.chosen(request))
    services = price_list.in_turn(rows, limit)
    return Window(first_kinds(catalogue.tree(site)), services, shop_settings(site), foot(request))


@register.simple_tag(takes_context=True)
def site_foot(context: Any) -> Foot | None:
    """Pages, hours and languages for the foot of a page; nothing on a page that tells of an error."""
    request = context.get("request")
    return foot(request) if request is not None else None


@register.simple_tag(takes_context=True)
def page_head(
    context: Any, page: Any, faqs: list[FAQ] | None = None, shown: tuple[seo.Record, ...] = ()
) -> seo.Head | None:
    """The head of a page that editors write, with the questions and the records of what it shows.

    The home page also tells who the shop is and when it is open.
    """
    request = context.get("request")
    if request is None:
        return None
    site = site_for(request)
    where, root = paths.paths_of(site), public_root(site)
    here = f"{root}{where.path(page)}" if where.root_of(page) else page.get_full_url(request) or head.home(site)
    first: seo.Record
    if where.path(page) in {f"{one.before}/" for one in where.roots}:
        first = head.business(site, foot(request))
    else:
        way = [(above.title, f"{root}{where.path(above)}") for above in paths.above(where, page)]
        first = seo.breadcrumbs([(_("Home"), head.home(site)), *way, (page.title, here)])
    known = paths.translations(where, where.family(page))
    alternates = [(where.code_of(other.locale_id), f"{root}{where.path(other)}") for other in known]
    request.written_in = alternates if len(alternates) > 1 else []
    words = {"page": page.title, "shop": shop_settings(site).name}
    return seo.Head(
        title=page.seo_title or page.title,
        description=seo.shorten(_told(page)) or _("%(page)s at %(shop)s") % words,
        canonical=getattr(page, "canonical_address", "") or here,
        records=(first, *shown, seo.questions(faqs or [])),
        alternates=tuple(alternates) if len(alternates) > 1 else (),
        index=not getattr(page, "hidden_from_search", False),
        image=head.share_image(site, page),
    )


@register.simple_tag(takes_context=True)
def languages_here(context: Any, foot: Foot | None) -> list[tuple[str, str, str]]:
    """Where to read this page in its languages (code, name, address); of a page in one alone, the home pages.

    It stands behind `page_head`, which knows.
    """
    written = getattr(context.get("request"), "written_in", [])
    found = [(code, get_language_info(code)["name_local"], address) for code, address in written]
    return found or (foot.languages if foot else [])


@register.simple_tag(takes_context=True)
def currencies_here(context: Any) -> list[tuple[str, str, bool]]:
    """Where there is a choice: each currency of the shop (code, name) and whether prices are shown in it here.

    In a booking it is that of the booking.
    """
    request = context.get("request")
    known = currency.offered(site_for(request)) if request is not None else []
    if len(known) < 2:
        return []
    booked = getattr(context.get("draft"), "currency", "")
    here = booked if booked in known else currency.chosen(request) or known[0]
    locale = to_locale(get_language() or settings.LANGUAGE_CODE)
    return [(code, get_currency_name(code, locale=locale), code == here) for code in known]


@register.simple_tag(takes_context=True)
def other_languages(context: Any) -> list[tuple[str, str, str]]:
    """Where else to read this page: nothing for a page in one language. It stands behind `page_head`."""
    here = get_language()
    written = getattr(context.get("request"), "written_in", [])
    return [(code, get_language_info(code)["name_local"], address) for code, address in written if code != here]


def _told(page: Any) -> str:
    """What is said of a page in search results: what its editor wrote for that, else what stands first on it."""
    for name in ("search_description", "introduction", "trust_line"):
        if words := getattr(page, name, ""):
            return str(words)
    return ""
