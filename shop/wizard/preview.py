"""The summary of a thing that is not kept yet: today's price as the shop window shows it. Nothing is written."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from oscar.core.loading import get_class

from cms.sites import Site, shop_settings
from shop import quotes
from shop.models import Quote
from shop.storefront.answers import in_words
from shop.wizard.offers import Offered
from shop.wizard.summary import Summary, Thing

Repository = get_class("shipping.repository", "Repository")


def preview(*, site: Site, asked: Any, choices: Offered, answers: dict[str, str], at: datetime) -> Summary:
    """What the chosen repairs of `asked` (a device.Wanted) cost with these answers today."""
    shown = [
        (repair, quotes.price(site=site, device=asked.device, repair_type=repair, answers=answers, at=at))
        for repair in choices.repair_types(asked.repairs)
    ]
    thing = Thing(None, asked.device.name if asked.device else asked.words, getattr(asked.device, "icon", "sparkles"))
    if shown:
        thing.condition = dict(in_words({"condition": answers["condition"]})).popitem()[1]
    thing.repairs = [
        Quote(repair_name=repair.name, lines=quotes.frozen_lines(price), total=price.total, currency=price.currency)
        for repair, price in shown
    ]
    method = next(way for way in Repository.methods if way.code == answers["service_type"].replace("_", "-"))
    total = sum((price.total for _repair, price in shown), Decimal("0.00"))
    charge = method.charge if shown else Decimal("0.00")
    return Summary(
        things=[thing],
        discounts=[],
        method=method if shown else None,
        charge=charge,
        subtotal=total,
        total=total + charge,
        tax=sum((price.tax for _repair, price in shown), Decimal("0.00")) + _tax_in(charge, site),
        tax_name=site.shop.tax_name,
        currency=site.shop.currency,
        hold=None,
        hold_ran_out=False,
        zone=shop_settings(site).zone,
        urgent=answers["urgency"] == "urgent",
        due_today=None,
        shop=shop_settings(site),
    )


def _tax_in(charge: Decimal, site: Site) -> Decimal:
    rate = site.shop.tax_rate
    return (charge * rate / (1 + rate)).quantize(Decimal("0.01"))
