"""The demo's shop out of its pack: site, address, opening hours, rules of booking, prices, voucher."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sites.models import Site as DjangoSite
from oscar.core.loading import get_model
from wagtail.models import Site

from cms.models import ShopSettings
from repairs.models import BookingPolicy, OpeningHours, Resource
from shop.models import SiteShop, TaxRate
from shop.products import delivery_country
from site_config.demo import people
from site_config.demo.catalogue import make_catalogue
from site_config.demo.packs import Pack


def name_addresses(site: Site, pack: Pack) -> None:
    """Tell both site tables where the demo is served; a new DEMO_PORT or PUBLIC_ORIGIN is told at the next start."""
    origin, name = urlsplit(settings.PUBLIC_ORIGIN), pack.shop["details"]["name"]
    host, port = origin.hostname or "127.0.0.1", origin.port or (443 if origin.scheme == "https" else 80)
    if (site.hostname, site.port, site.site_name) != (host, port, name):
        site.hostname, site.port, site.site_name = host, port, name
        site.save()
    DjangoSite.objects.filter(pk=settings.SITE_ID).update(domain=origin.netloc, name=name)


def make_shop(*, site: Site, pack: Pack, at: datetime) -> None:
    """Write the shop of an empty database: who it is, when it is open, what it charges."""
    told = pack.shop
    details = {**told["details"], **{key: Decimal(value) for key, value in told.get("place", {}).items()}}
    ShopSettings.objects.update_or_create(site=site, defaults=details)
    _make_money(site, told)
    BookingPolicy.objects.create(site=site, valid_from=at - timedelta(days=365), **told["booking"])
    for weekday, spans in told["hours"].items():
        for opens, closes in spans:
            times = {"opens": time.fromisoformat(opens), "closes": time.fromisoformat(closes)}
            OpeningHours.objects.create(site=site, weekday=int(weekday), **times)
    for seat in told["seats"]:
        Resource.objects.create(site=site, name=seat)
    make_catalogue(site=site, pack=pack, at=at)
    if voucher := told.get("voucher"):
        make_offers(voucher, at=at)


def _make_money(site: Site, told: Mapping[str, Any]) -> None:
    for rate in told["tax_rates"]:
        values = {"rate": Decimal(rate["rate"]), "country": rate["country"]}
        begun = date.fromisoformat(rate["valid_from"])
        TaxRate.objects.update_or_create(code=rate["code"], valid_from=begun, defaults=values)
    partner = get_model("partner", "Partner").objects.create(name=told["details"]["name"], code=told["code"])
    money = {**told["money"]}
    if fee := money.get("no_show_fee"):
        money["no_show_fee"] = Decimal(fee)
    SiteShop.objects.create(
        site=site, partner=partner, django_site=DjangoSite.objects.get(pk=settings.SITE_ID), **money
    )
    people.see_orders(partner)
    delivery_country(told["details"]["country"])


def make_offers(told: Mapping[str, Any], *, at: datetime) -> None:
    """The voucher of new customers, and what two repairs at once take off; each in per cent."""
    everything, _ = get_model("offer", "Range").objects.get_or_create(
        name="All repairs", defaults={"includes_all_products": True}
    )
    _offer(told["name"], everything, repairs=1, percent=told["percent"], kind="Voucher")
    if told.get("two_at_once"):
        words = f"Two repairs, {told['two_at_once']} % off"
        _offer(words, everything, repairs=2, percent=told["two_at_once"], kind="Site")
    voucher = get_model("voucher", "Voucher").objects.create(
        name="Welcome",
        code=told["code"],
        usage="Multi-use",
        start_datetime=at - timedelta(days=30),
        end_datetime=at + timedelta(days=365),
    )
    voucher.offers.add(get_model("offer", "ConditionalOffer").objects.get(offer_type="Voucher"))


def _offer(name: str, everything: object, *, repairs: int, percent: int, kind: str) -> None:
    condition = get_model("offer", "Condition").objects.create(range=everything, type="Count", value=Decimal(repairs))
    benefit = get_model("offer", "Benefit").objects.create(range=everything, type="Percentage", value=Decimal(percent))
    get_model("offer", "ConditionalOffer").objects.create(
        name=name, offer_type=kind, condition=condition, benefit=benefit, exclusive=True
    )
