"""Titles, addresses and records of the shop window for search engines. Amounts are those that the page shows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms import seo
from cms.catalogue import Node
from cms.frontends.middleware import public_root
from cms.kept import kept
from cms.models import FAQ, RepairType, Subject
from cms.pictures.own import of_shop
from cms.pictures.renditions import Shown, by_ids, shown
from cms.pictures.subjects import Picture
from cms.sites import Site, shop_settings
from shop.facts import RepairFact, cheapest
from shop.pricing import Price
from shop.storefront.price_list import Priced
from shop.storefront.window import Foot
from shop.templatetags.money import from_price, money

Steps = Sequence[tuple[str, str]]
SHARED = "fill-1200x630|format-jpeg"


def address(site: Site, name: str, *args: str) -> str:
    """The one full address of a page of the shop window. It is written in the default language only."""
    with override(settings.LANGUAGE_CODE):
        return f"{public_root(site)}{reverse(name, args=args)}"


def home(site: Site) -> str:
    """The full address of the shop."""
    return f"{public_root(site)}/"


def share_image(site: Site, page: Any = None) -> Shown | None:
    """The picture that link previews show, with its full address: the page's, else the shop's; None without one.

    Its file is looked up once for each version of the content.
    """
    number = getattr(page, "share_image_id", None) or shop_settings(site).share_image_id
    return kept(f"shared-image:{number}", site, lambda: _shared(site, number)) if number else None


def _shared(site: Site, number: int) -> Shown | None:
    mine = of_shop(site) if number == shop_settings(site).share_image_id else by_ids([number])
    found = shown(mine.get(number), SHARED)
    return replace(found, url=full(site, found.url)) if found else None


def full(site: Site, url: str) -> str:
    """The full address of a file."""
    return urljoin(f"{site.root_url}/", url)


def business(site: Site, around: Foot) -> seo.Record:
    """The shop as the foot of each page shows it."""
    image = share_image(site)
    return seo.business(
        shop=shop_settings(site),
        url=home(site),
        hours=around.spans,
        same_as=[one.address for one in around.menus.social],
        logo=full(site, around.logo.url) if around.logo else "",
        image=image.url if image else "",
    )


def trail(site: Site, nodes: Iterable[Node | Subject], *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the home page over families and categories: names with full addresses."""
    way = [(_("Home"), home(site)), (_("Devices"), address(site, "devices"))]
    way += [(node.name, address(site, "kind", node.slug)) for node in nodes]
    return [*way, *more]


def plain(site: Site, *, title: str, description: str, name: str, index: bool = True) -> seo.Head:
    """The head of a page that stands for itself: all devices, prices, services."""
    here = address(site, name)
    steps = seo.breadcrumbs([(_("Home"), home(site)), (title, here)])
    return seo.Head(
        title=title, description=description, canonical=here, records=(steps,), index=index, image=share_image(site)
    )


def _image(site: Site, photo: Picture | None) -> Shown | None:
    """The largest file of a photo for link previews, else the shop's picture."""
    if photo is None:
        return share_image(site)
    width, url = photo.files[-1]
    return Shown(full(site, url), width, round(width * photo.height / photo.width), photo.alt)


def kind(
    site: Site, node: Subject, way: Steps, rows: Sequence[Priced], faqs: Iterable[FAQ], photo: Picture | None = None
) -> seo.Head:
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
    return seo.Head(
        title=node.seo_title or title,
        description=node.search_description or seo.shorten(told),
        canonical=here,
        records=tuple(records),
        image=_image(site, photo),
    )


def device(
    site: Site,
    device: Subject,
    way: Steps,
    repairs: Sequence[RepairFact],
    faqs: Iterable[FAQ],
    photo: Picture | None = None,
) -> seo.Head:
    """The head of a device: each repair as a service with the price of its row."""
    title = _("%(name)s repair and prices") % {"name": device.name}
    told = _("Screen, battery or port of your %(name)s: see the price of each repair and book a time.")
    records = [seo.breadcrumbs(way), seo.questions(faqs)]
    for fact in repairs:
        here = address(site, "repair", device.slug, fact.repair_type.slug)
        records.append(_service(site, device, fact.repair_type, fact.price, here))
    names = ", ".join(fact.repair_type.name for fact in repairs[:4])
    if names:
        lowest = (cheapest(repairs) or repairs[0]).price
        words = {"name": device.name, "repairs": names, "price": money(lowest.total, lowest.currency)}
        told = _("%(name)s: %(repairs)s from %(price)s. See each price with its reasons and book a time.") % words
    else:
        told = told % {"name": device.name}
    canonical = address(site, "device", device.slug)
    return seo.Head(
        title=device.seo_title or title,
        description=device.search_description or seo.shorten(told),
        canonical=canonical,
        records=tuple(records),
        image=_image(site, photo),
    )


def repair(
    site: Site,
    device: Subject,
    repair_type: RepairType,
    way: Steps,
    price: Price | None,
    faqs: Iterable[FAQ],
    photo: Picture | None = None,
) -> seo.Head:
    """The head of one repair of one device, with the price that the page shows for the plain case; None: on request."""
    names = {"repair": repair_type.name, "device": device.name, "price": from_price(price)}
    if price is None:
        told = _("%(repair)s for your %(device)s: we look at it and tell you the price before we begin.") % names
    else:
        told = _("%(repair)s for your %(device)s %(price)s. See how the price is made up, then book a time.") % names
    here = address(site, "repair", device.slug, repair_type.slug)
    return seo.Head(
        title=_("%(repair)s for %(device)s") % (names | {"repair": repair_type.seo_title or repair_type.name}),
        description=repair_type.search_description or told,
        canonical=here,
        records=(
            seo.breadcrumbs(way),
            _service(site, device, repair_type, price, here),
            seo.questions(faqs),
        ),
        image=_image(site, photo),
    )


def _service(site: Site, device: Subject, repair_type: RepairType, price: Price | None, here: str) -> seo.Record:
    offers: seo.Record = {}
    if price is not None:
        ends: dict[str, Any] = {"at_least": price.kind == "from", "maximum": price.maximum}
        offers = seo.offer(price=price.total, currency=price.currency, url=here, **ends)
    return seo.service(
        name=_("%(repair)s for %(device)s") % {"repair": repair_type.name, "device": device.name},
        description=repair_type.summary,
        url=here,
        shop_url=home(site),
        kind=repair_type.name,
        offers=offers,
    )
