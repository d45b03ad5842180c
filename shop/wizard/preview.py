"""The summary of a thing that is not kept yet: today's price as the order of this moment would ask. Nothing is written.

Offers and the charge for handing over are worked out by the very code that places orders (`bill.foretell`).
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from cms.models import RepairType
from cms.sites import Site, shop_settings
from shop import baskets, bill, price_snapshots, pricing, quotes
from shop.draft_prices import share_out
from shop.models import Quote
from shop.storefront.answers import in_words
from shop.wizard.offers import Offered
from shop.wizard.summary import Discount, Summary, Thing, when_paid

NOTHING = Decimal("0.00")
Wish = tuple[RepairType, pricing.Price]


def preview(
    *, site: Site, asked: Any, choices: Offered, values: dict[str, list[str]], answers: dict[str, str], at: datetime
) -> Summary:
    """What `asked` (a device.Wanted) costs today with the repairs and add-ons among `values` and these answers."""
    shown = _prices(site=site, asked=asked, choices=choices, values=values, answers=answers, at=at)
    thing = Thing(None, asked.device.name if asked.device else asked.words, getattr(asked.device, "icon", "sparkles"))
    if shown:
        thing.condition = dict(in_words({"condition": answers["condition"]})).popitem()[1]
    thing.repairs = [
        Quote(repair_type=repair, repair_name=repair.name, **price_snapshots.frozen(price)) for repair, price in shown
    ]
    sums = _sums(site=site, shown=shown, code=answers["service_type"].replace("_", "-"), at=at)
    currency, urgent = choices.currency or site.shop.currency, answers["urgency"] == "urgent"
    return Summary(
        things=[thing],
        **sums,
        subtotal=sum((price.total for _repair, price in shown), NOTHING),
        tax_name=site.shop.tax_name,
        currency=currency,
        hold=None,
        hold_ran_out=False,
        zone=shop_settings(site).zone,
        urgent=urgent,
        shop=shop_settings(site),
        **when_paid(site.shop, sums["total"], currency, urgent=urgent),
    )


def _prices(
    *, site: Site, asked: Any, choices: Offered, values: dict[str, list[str]], answers: dict[str, str], at: datetime
) -> list[Wish]:
    chosen = choices.repair_types(values["repairs"])
    added = share_out(choices.chosen_add_ons(values.get("add_ons", [])), chosen)
    wish: dict[str, Any] = {"site": site, "device": asked.device, "currency": choices.currency, "at": at}
    parts = choices.part_grades(values)
    prices = []
    for repair in chosen:
        given = answers | {"part_grade": parts.get(str(repair.pk), "")}
        extras = [row.slug for row in added[repair.pk]]
        prices.append((repair, quotes.price(**wish, repair_type=repair, answers=given, add_ons=extras)))
    return prices


def _sums(*, site: Site, shown: list[Wish], code: str, at: datetime) -> dict[str, Any]:
    """What an order would come to; the plain sum of the prices while it cannot be ordered yet."""
    if not shown:
        return {"method": None, "discounts": [], "charge": NOTHING, "total": NOTHING, "tax": NOTHING}
    try:
        told, less = bill.foretell(site=site, wanted=shown, shipping_code=code, at=at)
    except (baskets.NotForSale, bill.ShippingNotOffered):
        total, tax = (sum((getattr(price, name) for _kind, price in shown), NOTHING) for name in ("total", "tax"))
        return {"method": None, "discounts": [], "charge": NOTHING, "total": total, "tax": tax}
    return {
        "method": told.method,
        "discounts": [Discount(name, "", amount) for name, amount in less],
        "charge": told.charge.incl_tax,
        "total": told.total.incl_tax,
        "tax": told.total.tax,
    }
