"""The booking so far, as the summary beside each step shows it: the basket's frozen figures and nothing worked out."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from oscar.core.loading import get_class

from cms.models import ShopSettings
from cms.sites import Site, shop_settings
from repairs.models import Hold
from shop import baskets, deposits
from shop.models import Draft, Quote, SiteShop
from shop.payments import providers
from shop.storefront.answers import in_words

OrderTotalCalculator = get_class("checkout.calculators", "OrderTotalCalculator")
Repository = get_class("shipping.repository", "Repository")


@dataclass(frozen=True)
class Discount:
    """What an offer or a voucher takes off; `code` is the voucher's, blank for an offer."""

    name: str
    code: str
    amount: Decimal


@dataclass
class Thing:
    """One thing and its repairs. `key` is the draft item's (None: it came without a draft); quotes carry the lines."""

    key: uuid.UUID | None
    name: str
    icon: str
    problem: str = ""
    condition: str | Promise = ""
    repairs: list[Quote] = field(default_factory=list)


@dataclass(frozen=True)
class Summary:
    """Everything the summary shows. Amounts are gross Decimals in `currency`; `due_today` None: not decided yet.

    `paying` is what is paid when by those who pay online (in the shop, where the shop takes money only there), and
    `choosing` says that the page shows both, because the way to pay is chosen on it.
    """

    things: list[Thing]
    discounts: list[Discount]
    method: Any
    charge: Decimal
    subtotal: Decimal
    total: Decimal
    tax: Decimal
    tax_name: str
    currency: str
    hold: Hold | None
    hold_ran_out: bool
    zone: ZoneInfo
    urgent: bool
    due_today: Decimal | None
    shop: ShopSettings
    paying: deposits.Terms
    choosing: bool = False

    @property
    def hand_over(self) -> str:
        """The code of the way to hand over, blank without one."""
        return self.method.code if self.method else ""

    @property
    def count(self) -> int:
        """How many repairs there are."""
        return sum(len(thing.repairs) for thing in self.things)


def summary(
    *, basket: Any, draft: Draft | None, at: datetime, method: Any = None, pay_by: str = "", site: Site | None = None
) -> Summary:
    """The summary of a basket whose offers are worked out. Without a `method` the way to hand over is the one its
    prices were made for. `pay_by` blank: not decided yet, unless the shop takes money in one way only.
    """
    lines = [] if basket.is_empty else list(basket.all_lines())
    quotes = [line.quote_row.quote for line in lines]
    visit = getattr(basket, "visit", None) if basket.pk else None
    hold = visit.hold if visit else None
    here = draft.site if draft else site or quotes[0].site
    shop = shop_settings(here)
    charge, total = _sums(basket, method or _method(basket)) if lines else (None, None)
    amount = total.incl_tax if total else Decimal("0.00")
    currency = basket.currency if lines else (draft and draft.currency) or here.shop.currency
    urgent = deposits.is_urgent(quotes)
    return Summary(
        things=_things(quotes, draft),
        discounts=_discounts(basket) if lines else [],
        method=(method or _method(basket)) if lines else None,
        charge=charge.incl_tax if charge else Decimal("0.00"),
        subtotal=sum((quote.total for quote in quotes), Decimal("0.00")),
        total=amount,
        tax=total.tax if total else Decimal("0.00"),
        tax_name=here.shop.tax_name,
        currency=currency,
        hold=hold if baskets.is_kept(hold, at) else None,
        hold_ran_out=hold is not None and not baskets.is_kept(hold, at),
        zone=shop.zone,
        urgent=urgent,
        shop=shop,
        **when_paid(here.shop, amount, currency, urgent=urgent, pay_by=pay_by),
    )


def when_paid(shop: SiteShop, total: Decimal, currency: str, *, urgent: bool, pay_by: str = "") -> dict[str, Any]:
    """The fields `due_today`, `paying` and `choosing` of a summary. No statement."""
    online = {way: providers.named(way).online for way in providers.ways_of(shop)}
    kinds = set(online.values())
    ask: dict[str, Any] = {"shop": shop, "total": total, "currency": currency, "urgent": urgent}
    paying = deposits.asked(**ask, online=True in kinds)
    if pay_by not in online and len(kinds) > 1:
        return {"due_today": None, "paying": paying}
    due_today = deposits.asked(**ask, online=online.get(pay_by, True in kinds)).today
    return {"due_today": due_today, "paying": paying, "choosing": len(kinds) > 1}


def _method(basket: Any) -> Any:
    ways = Repository().get_shipping_methods(basket=basket)
    code = baskets.service_type(basket)
    return next((way for way in ways if way.code == code), ways[0])


def _sums(basket: Any, method: Any) -> tuple[Any, Any]:
    charge = method.calculate(basket)
    return charge, OrderTotalCalculator().calculate(basket, charge)


def _discounts(basket: Any) -> list[Discount]:
    rows = [(row, "") for row in basket.offer_discounts]
    rows += [(row, row["voucher"].code) for row in basket.voucher_discounts]
    return [Discount(str(row["name"]), code, row["discount"]) for row, code in rows]


def _things(quotes: list[Quote], draft: Draft | None) -> list[Thing]:
    """Things in the order of the draft, with those that are not priced yet; then what else is in the basket."""
    things: dict[Any, Thing] = {}
    for item in draft.items.all() if draft else ():
        name = item.device.name if item.device else str(item.thing.get("name", ""))
        icon = item.device.icon if item.device else "sparkles"
        things[item.key] = Thing(item.key, name, icon)
    for quote in quotes:
        mark = quote.item or (quote.device_id, quote.subject_name)
        thing = things.get(mark) or things.setdefault(mark, Thing(None, "", quote.device.icon if quote.device else ""))
        thing.name = thing.name or quote.subject_name
        thing.problem = quote.problem
        thing.condition = dict(in_words({"condition": quote.answers.get("condition", "")})).popitem()[1]
        thing.repairs.append(quote)
    return list(things.values())
