"""The demo's shop: site, address, opening hours, rules of booking, prices, voucher."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sites.models import Site as DjangoSite
from oscar.core.loading import get_model
from wagtail.models import Site

from catalogue_import.apply import apply
from catalogue_import.found import rows_found
from catalogue_import.plan import build
from catalogue_import.sources import tidy
from cms.models import ShopSettings
from repairs.models import BookingPolicy, OpeningHours, Resource
from shop.models import SiteShop
from shop.products import delivery_country
from site_config.demo import people

PACK = Path(settings.BASE_DIR) / "fixtures" / "demo"
NAME = "Mendwell London"
# Open on every day of the week, so that the demo has a today whenever it is started.
HOURS = {**{day: (time(9), time(18)) for day in range(5)}, 5: (time(9), time(17)), 6: (time(10), time(17))}


def name_addresses(site: Site) -> None:
    """Tell both site tables where the demo is served; a new DEMO_PORT or PUBLIC_ORIGIN is told at the next start."""
    origin = urlsplit(settings.PUBLIC_ORIGIN)
    host, port = origin.hostname or "127.0.0.1", origin.port or (443 if origin.scheme == "https" else 80)
    if (site.hostname, site.port, site.site_name) != (host, port, NAME):
        site.hostname, site.port, site.site_name = host, port, NAME
        site.save()
    DjangoSite.objects.filter(pk=settings.SITE_ID).update(domain=origin.netloc, name=NAME)


def make_shop(*, site: Site, at: datetime) -> None:
    """Write the shop of an empty database: who it is, when it is open, what it charges."""
    ShopSettings.objects.update_or_create(
        site=site,
        defaults={
            "name": NAME,
            "email": "hello@mendwell.example",
            "phone": "+44 20 7946 0018",
            "street": "12 Coldharbour Lane",
            "city": "London",
            "postcode": "SE5 9NR",
            "country": "GB",
            "time_zone": "Europe/London",
            "latitude": Decimal("51.466400"),
            "longitude": Decimal("-0.102300"),
            "tax_number": "GB 000 0000 00",
        },
    )
    partner = get_model("partner", "Partner").objects.create(name=NAME, code="london")
    SiteShop.objects.create(
        site=site, partner=partner, django_site=DjangoSite.objects.get(pk=settings.SITE_ID), currency="GBP"
    )
    people.see_orders(partner)
    delivery_country("GB")
    BookingPolicy.objects.create(site=site, valid_from=at - timedelta(days=365))
    for weekday, (opens, closes) in HOURS.items():
        OpeningHours.objects.create(site=site, weekday=weekday, opens=opens, closes=closes)
    for number in (1, 2):
        Resource.objects.create(site=site, name=f"Counter {number}")
    plan = build(pack=tidy.read(PACK / "catalogue.json"), found=rows_found(site=site))
    apply(plan=plan, site=site, at=at)
    make_offers(at=at)


def make_offers(*, at: datetime) -> None:
    """The voucher WELCOME10 (a tenth off), and a twentieth off for two repairs at once."""
    everything, _ = get_model("offer", "Range").objects.get_or_create(
        name="All repairs", defaults={"includes_all_products": True}
    )
    _offer("A tenth off for new customers", everything, repairs=1, percent=10, kind="Voucher")
    _offer("Two repairs, 5 % off", everything, repairs=2, percent=5, kind="Site")
    voucher = get_model("voucher", "Voucher").objects.create(
        name="Welcome",
        code="WELCOME10",
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
