"""How much of an order is asked for when it is booked: all of it, a deposit, or nothing yet."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shop.models import SiteShop
from shop.payments import providers
from shop.pricing import half_up

NOTHING = Decimal("0.00")
SENT = {"courier", "postal"}  # ways to hand over after which nobody stands at the counter


@dataclass(frozen=True)
class Terms:
    """When a total is paid: `today` with the booking, the rest later. Gross, in `currency`.

    `percent` is the deposit's share, None where there is none: then `today` is all of it, or nothing. `capture` "later"
    means that the customer's bank only keeps the deposit until the thing is here.
    """

    total: Decimal
    today: Decimal
    currency: str
    percent: int | None = None
    capture: str = "now"

    @property
    def rest(self) -> Decimal:
        """What is left to pay after today."""
        return self.total - self.today

    @property
    def kept(self) -> bool:
        """Whether the bank only keeps the deposit until the thing is here."""
        return self.percent is not None and self.capture == SiteShop.Capture.LATER


@dataclass(frozen=True)
class Taking:
    """Money that the customer agreed to pay at once and that has not come yet: `who` has agreed, as customers read."""

    amount: Decimal
    who: Any

    @classmethod
    def of(cls, promise: Any) -> "Taking | None":
        """Of a payment that was promised; None where the bank only keeps it until the thing is here."""
        if promise.capture == SiteShop.Capture.LATER:
            return None
        return cls(promise.amount, "PayPal" if promise.provider == "paypal" else _("Your bank"))


def asked(*, shop: SiteShop, total: Decimal, currency: str, urgent: bool, online: bool) -> Terms:
    """What is paid when by the shop's rule, rounded half up as prices are. Who pays in the shop owes nothing today.

    A deposit that rounds to nothing, or to everything, is none: the total is asked for then.
    """
    if not online:
        return Terms(total, NOTHING, currency)
    payers = {SiteShop.DepositFor.EVERYBODY: True, SiteShop.DepositFor.URGENT: urgent}
    if shop.payment != SiteShop.Payment.ADVANCE and payers.get(SiteShop.DepositFor(shop.deposit_for), False):
        part = half_up(total * shop.deposit_percent / 100, currency)
        if 0 < part < total:
            return Terms(total, part, currency, shop.deposit_percent, shop.deposit_capture)
    return Terms(total, total, currency)


def due_now(*, shop: SiteShop, total: Decimal, currency: str, urgent: bool, pay_by: str) -> Decimal:
    """What the customer pays with the booking, gross, in the currency's whole hundredths (whole yen)."""
    online = providers.named(pay_by).online
    return asked(shop=shop, total=total, currency=currency, urgent=urgent, online=online).today


def of_quote(quote: Any) -> Terms:
    """What is paid when of one price alone, by who pays online."""
    facts = {"total": quote.total, "currency": quote.currency, "urgent": is_urgent([quote])}
    return asked(shop=quote.site.shop, online=True, **facts)


def terms(*, order: Any, shop: SiteShop, pay_by: str) -> dict[str, Any]:
    """What a new order's row keeps of it: `due_now`, the deposit (None: all of it, or nothing yet), and `capture`.

    Reads the pairs of line and quote that the order's creator kept as `order.sold`.
    """
    found = asked(
        shop=shop,
        total=order.total_incl_tax,
        currency=order.currency,
        urgent=is_urgent(quote for _line, quote in order.sold),
        online=providers.named(pay_by).online,
    )
    return {"due_now": None if found.percent is None else found.today, "capture": found.capture}


def is_urgent(quotes: Any) -> bool:
    """Whether one of the quotes is for an urgent repair."""
    return any(quote.answers.get("urgency") == "urgent" for quote in quotes)


def agreed(order: Any) -> Terms:
    """What was agreed when an order was placed. Reads its visit and its total; no statement where those are at hand."""
    visit, total = order.visit, order.total_incl_tax
    way = visit.pay_by
    if way == "in_store":
        return Terms(total, NOTHING, order.currency)
    if visit.due_now is None:
        return Terms(total, total, order.currency)
    # The share is not kept: a hundred times the deposit over the total is nearer to it than to any other whole number.
    share = int(half_up(visit.due_now * 100 / total, "JPY"))
    return Terms(total, visit.due_now, order.currency, share, visit.capture)


def when_rest(hand_over: str) -> Any:
    """When the rest is paid, by the way to hand over (in-store, courier, postal), as words of a sentence."""
    return _("before we send it back") if hand_over in SENT else _("when you collect")


def miss_fee(*, shop: SiteShop, currency: str) -> Decimal | None:
    """What a missed visit costs in that currency; None when nothing. The fee is in the shop's own currency."""
    return shop.no_show_fee if shop.no_show_fee and shop.currency == currency else None
