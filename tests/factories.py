"""A small shop for tests: three phones, three repairs, six rules, open every day, two seats at the counter.

`make_shop()` writes it once per test; `SHOP_TIME` is the moment most tests live in (a Monday morning in London).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.sites.models import Site as DjangoSite
from oscar.apps.partner.models import Partner
from wagtail.models import Locale, Site

from cms.models import CommonIssue, RepairType, ShopSettings, Subject
from cms.versions import Scope, bump
from notifications.models import Contact
from repairs.models import BookingPolicy, OpeningHours, Resource
from shop import facts
from shop.models import PriceRule, RepairOffer, SiteShop
from shop.products import product_for
from shop.shops import standard_rate
from tests.remembered import remembered

SHOP_TIME = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@dataclass
class Shop:
    """What `make_shop` wrote."""

    site: Any
    phones: Subject
    iphone: Subject
    iphone_13: Subject
    iphone_12: Subject
    iphone_8: Subject
    screen: RepairType
    battery: RepairType
    port: RepairType
    seats: list[Resource]


def subject(kind: str, name: str, slug: str, parent: Subject | None = None, **more: Any) -> Subject:
    return Subject.objects.create(kind=kind, name=name, slug=slug, parent=parent, live=True, **more)


def repair_type(name: str, slug: str, node: Subject | None, minutes: int = 60, **more: Any) -> RepairType:
    locale = Locale.get_default()
    return RepairType.objects.create(
        name=name, slug=slug, subject=node, minutes=minutes, live=True, locale=locale, **more
    )


def complaint(phrase: str, node: Subject, **more: Any) -> CommonIssue:
    """A live common issue; saved rows bump no counter, so the kept catalogue is forgotten."""
    issue = CommonIssue.objects.create(phrase=phrase, subject=node, live=True, locale=Locale.get_default(), **more)
    bump(Scope.CONTENT)
    return issue


def make_site(seats: int = 2) -> tuple[Any, list[Resource]]:
    """The default site as a shop that is open 09:00-18:00 every day in London."""
    site = Site.objects.get(is_default_site=True)
    ShopSettings.objects.update_or_create(
        site=site,
        defaults={
            "name": "Mendwell London",
            "phone": "+44 20 7946 0018",
            "email": "hello@mendwell.example",
            "street": "12 Coldharbour Lane",
            "city": "London",
            "postcode": "SE5 9NR",
        },
    )
    partner = Partner.objects.create(name="Mendwell London", code="london")
    standard_rate()
    SiteShop.objects.create(site=site, partner=partner, django_site=DjangoSite.objects.get(pk=1))
    BookingPolicy.objects.create(site=site, valid_from=SHOP_TIME - timedelta(days=365 * 3))
    for weekday in range(7):
        OpeningHours.objects.create(site=site, weekday=weekday, opens=time(9), closes=time(18))
    return site, [Resource.objects.create(site=site, name=f"Counter {n + 1}") for n in range(seats)]


@remembered
def make_shop(seats: int = 2) -> Shop:
    """Write the small shop."""
    site, resources = make_site(seats)
    phones = subject("family", "Phones", "phones", icon="smartphone")
    iphone = subject("category", "iPhone", "iphone", phones, icon="smartphone")
    devices = {
        slug: subject("device", name, slug, iphone, brand="Apple", year=year, model_codes=codes, icon="smartphone")
        for name, slug, year, codes in (
            ("iPhone 13", "iphone-13", 2021, "A2633 A2482"),
            ("iPhone 12", "iphone-12", 2020, "A2403 A2172"),
            ("iPhone 8", "iphone-8", 2017, "A1905 A1863"),
        )
    }
    screen = repair_type("Screen repair", "screen-repair", iphone)
    battery = repair_type("Battery replacement", "battery-replacement", iphone, difficulty="easy")
    port = repair_type("Charging port repair", "charging-port-repair", iphone, minutes=120)
    for kind, price in ((screen, "199.99"), (battery, "89.99"), (port, "119.99")):
        RepairOffer.objects.create(site=site, repair_type=kind, subject=iphone, price=Decimal(price))
        product_for(kind)
    rules: tuple[dict[str, Any], ...] = (
        {
            "name": "Older device",
            "value": "1.2",
            "older_than_years": 5,
            "reason": "Parts for older devices cost more.",
        },
        {"name": "Poor condition", "value": "1.3", "condition": "poor"},
        {"name": "Fair condition", "value": "1.1", "condition": "fair"},
        {"name": "Urgent repair", "value": "1.5", "urgency": "urgent"},
        {"name": "Courier handling", "value": "1.05", "service_type": "courier"},
        {
            "name": "Battery week",
            "value": "0.9",
            "repair_type": battery,
            "valid_from": SHOP_TIME + timedelta(days=30),
            "valid_until": SHOP_TIME + timedelta(days=37),
        },
    )
    for order, rule in enumerate(rules):
        PriceRule.objects.create(site=site, priority=order, **{**rule, "value": Decimal(rule["value"])})
    return Shop(
        site, phones, iphone, devices["iphone-13"], devices["iphone-12"], devices["iphone-8"],
        screen, battery, port, resources,
    )  # fmt: skip


def make_contact(site: Any, email: str = "ada@example.com", **more: Any) -> Contact:
    defaults = {"name": "Ada Smith", "phone": "+447911123456", "language": "en-gb"}
    return Contact.objects.create(site=site, email=email, **{**defaults, **more})


def make_user(email: str = "ada@example.com", *, verified: bool = True, **more: Any) -> Any:
    """A person with a log-in, whose address is proved unless `verified` says otherwise."""
    user = get_user_model().objects.create_user(email=email, password="a-good-pass-phrase")
    for name, value in more.items():
        setattr(user, name, value)
    user.save()
    EmailAddress.objects.create(user=user, email=email.lower(), verified=verified, primary=True)
    return user


def make_staff(email: str = "bench@example.com", permissions: tuple[str, ...] = ("see_bench", "work_bench")) -> Any:
    """A member of staff with bench permissions through a group."""
    user = make_user(email)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    group, _ = Group.objects.get_or_create(name="technician")
    group.permissions.add(*Permission.objects.filter(codename__in=permissions))
    user.groups.add(group)
    return user


def from_prices(*, site: Any, devices: list[Subject], at: datetime) -> dict[int, Decimal]:
    """What each device is repaired from, by device id; devices without any repair are left out."""
    found = facts.repairs_of_many(site=site, devices=devices, at=at)
    return {device.pk: best.price.total for device, repairs in found if (best := facts.cheapest(repairs))}
