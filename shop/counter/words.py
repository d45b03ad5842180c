"""Ways to pay, as staff read them."""

from django.utils.translation import gettext as _

from shop.models import Payment, Refund
from shop.payments import providers


def of_way(provider: str) -> str:
    """A provider's name in words; our own doing when there is none."""
    if not provider:
        return _("The shop")
    words = providers.words_of(provider)
    return str(words.staff) if words else provider


def of_payment(payment: Payment | None) -> str:
    """How a payment came: at the counter, in cash. Our own doing when there is none."""
    way = of_way(payment.provider if payment else "")
    return f"{way}, {payment.get_tender_display().lower()}" if payment and payment.tender else way


def way_back(payment: Payment) -> str:
    """How money of a payment goes back to the customer."""
    if payment.provider != "in_store":
        return _("Back the way it came, through %(way)s") % {"way": of_way(payment.provider)}
    ways = {"cash": _("Out of the till, in cash"), "card": _("Onto the card, at the terminal")}
    return ways.get(payment.tender, _("At the counter, the way it was paid"))


def way_of_refund(refund: Refund) -> str:
    """How a refund goes back, or went."""
    return _("Out of the till, in cash") if refund.tender else way_back(refund.payment)


def by_hand(payment: Payment) -> bool:
    """Whether our own people give it back, here and now."""
    return payment.provider == "in_store"
