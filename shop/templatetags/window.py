"""The shop window inside pages of words: what it costs, when it is open, and the head of such a page."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import catalogue, seo
from cms.catalogue import Node
from cms.models import FAQ, ShopSettings
from cms.sites import shop_settings, site_for
from shop.storefront import head, price_list
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


def first_kinds(known: catalogue.Catalogue) -> list[Node]:
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
    rows = price_list.price_list(site=site, at=timezone.now())
    services = price_list.in_turn(rows, limit)
    return Window(first_kinds(catalogue.read(site)), services, shop_settings(site), foot(request))


@register.simple_tag(takes_context=True)
def site_foot(context: Any) -> Foot | None:
    """Pages, hours and languages for the foot of a page; nothing on a page that tells of an error."""
    request = context.get("request")
    return foot(request) if request is not None else None


@register.simple_tag(takes_context=True)
def page_head(context: Any, page: Any, faqs: list[FAQ] | None = None) -> seo.Head | None:
    """The head of a page that editors write. The home page also tells who the shop is and when it is open."""
    request = context.get("request")
    if request is None:
        return None
    site = site_for(request)
    canonical = page.get_full_url(request) or head.home(site)
    records: list[seo.Record] = []
    if page.pk == site.root_page_id:
        records += [seo.business(shop=shop_settings(site), url=head.home(site), hours=foot(request).spans)]
    else:
        records += [seo.breadcrumbs([(_("Home"), head.home(site)), (page.title, canonical)])]
    others = page.get_translations(inclusive=True).live().select_related("locale")
    alternates = [(other.locale.language_code, other.get_full_url(request) or "") for other in others]
    return seo.Head(
        title=page.seo_title or page.title,
        description=seo.shorten(page.search_description or getattr(page, "introduction", "")),
        canonical=canonical,
        records=(*records, seo.questions(faqs or [])),
        alternates=tuple(alternates) if len(alternates) > 1 else (),
    )
