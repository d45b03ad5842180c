"""Titles, addresses and records of the shop window for search engines. Amounts are those that the page shows."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms import seo
from cms.catalogue import Node
from cms.models import FAQ, RepairType, Subject
from cms.sites import Site
from shop.facts import RepairFact, cheapest
from shop.pricing import Price
from shop.storefront.price_list import Priced
from shop.templatetags.money import money

Steps = Sequence[tuple[str, str]]


def address(site: Site, name: str, *args: str) -> str:
    """The one full address of a page of the shop window. It is written in the default language only."""
    with override(settings.LANGUAGE_CODE):
        return f"{site.root_url}{reverse(name, args=args)}"


def home(site: Site) -> str:
    """The full address of the shop."""
    return f"{site.root_url}/"


def trail(site: Site, nodes: Iterable[Node | Subject], *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the home page over families and categories: names with full addresses."""
    way = [(_("Home"), home(site)), (_("Devices"), address(site, "devices"))]
    way += [(node.name, address(site, "kind", node.slug)) for node in nodes]
    return [*way, *more]


def plain(site: Site, *, title: str, description: str, name: str, index: bool = True) -> seo.Head:
    """The head of a page that stands for itself: all devices, prices, services."""
    here = address(site, name)
    steps = seo.breadcrumbs([(_("Home"), home(site)), (title, here)])
    return seo.Head(title=title, description=description, canonical=here, records=(steps,), index=index)


def kind(site: Site, node: Subject, way: Steps, rows: Sequence[Priced], faqs: Iterable[FAQ]) -> seo.Head:
    """The head of a family or category."""
    family = node.kind == Subject.Kind.FAMILY
    title = (_("%(name)s: repairs and prices") if family else _("%(name)s repair and prices")) % {"name": node.name}
    bound = [row.price for row in rows if row.repair_type.subject_id is not None]
    lowest = min(bound or (row.price for row in rows), default=None)
    if lowest is None:
        told = node.description or _("What we repair, and what it costs.")
    else:
        words = {"name": node.name, "price": money(lowest, rows[0].currency)}
        told = _("%(name)s: repairs from %(price)s, parts, work and tax included. Choose your model.") % words
    here = address(site, "kind", node.slug)
    records: list[seo.Record] = [seo.breadcrumbs(way), seo.questions(faqs)]
    if rows:
        span = seo.price_span(prices=[row.price for row in rows], currency=rows[0].currency)
        records.append(seo.service(name=title, description=told, url=here, shop_url=home(site), offers=span))
    return seo.Head(title=title, description=seo.shorten(told), canonical=here, records=tuple(records))


def device(site: Site, device: Subject, way: Steps, repairs: Sequence[RepairFact], faqs: Iterable[FAQ]) -> seo.Head:
    """The head of a device: each repair as a service with the price of its row."""
    title = _("%(name)s repair and prices") % {"name": device.name}
    told = _("Screen, battery or port of your %(name)s: see the price of each repair and book a time.")
    records = [seo.breadcrumbs(way), seo.questions(faqs)]
    for fact in repairs:
        here = address(site, "repair", device.slug, fact.repair_type.slug)
        records.append(_service(site, device, fact.repair_type, fact.price.total, fact.price.currency, here))
    names = ", ".join(fact.repair_type.name for fact in repairs[:4])
    if names:
        lowest = (cheapest(repairs) or repairs[0]).price
        words = {"name": device.name, "repairs": names, "price": money(lowest.total, lowest.currency)}
        told = _("%(name)s: %(repairs)s from %(price)s. See each price with its reasons and book a time.") % words
    else:
        told = told % {"name": device.name}
    canonical = address(site, "device", device.slug)
    return seo.Head(title=title, description=seo.shorten(told), canonical=canonical, records=tuple(records))


def repair(
    site: Site, device: Subject, repair_type: RepairType, way: Steps, price: Price, faqs: Iterable[FAQ]
) -> seo.Head:
    """The head of one repair of one device, with the total that the page shows for the plain case."""
    names = {"repair": repair_type.name, "device": device.name, "price": money(price.total, price.currency)}
    here = address(site, "repair", device.slug, repair_type.slug)
    return seo.Head(
        title=_("%(repair)s for %(device)s") % names,
        description=_("%(repair)s for your %(device)s from %(price)s. See how the price is made up, then book a time.")
        % names,
        canonical=here,
        records=(
            seo.breadcrumbs(way),
            _service(site, device, repair_type, price.total, price.currency, here),
            seo.questions(faqs),
        ),
    )


def _service(
    site: Site, device: Subject, repair_type: RepairType, price: Decimal, currency: str, here: str
) -> seo.Record:
    return seo.service(
        name=_("%(repair)s for %(device)s") % {"repair": repair_type.name, "device": device.name},
        description=repair_type.summary,
        url=here,
        shop_url=home(site),
        kind=repair_type.name,
        offers=seo.offer(price=price, currency=currency, url=here),
    )
