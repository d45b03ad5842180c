"""When money that came through a provider may go back out of the till: after the provider could not give it back.

Whoever paid by card gets it back on that card: a bank that is asked by its customer takes it back from us a second time
when we have paid it out in cash. A refund that did not arrive is the one case where no other way is left.
"""

from django.utils.translation import gettext as _

from shop.models import Payment, Refund
from shop.payments import providers

CASH = "cash"


class NotPaidOut(Exception):
    """The money goes back the way it came: it is not paid out of the till."""

    code = "not_paid_out"


def possible(payment: Payment) -> bool:
    """Whether money of this payment may be paid out of the till: it came through a provider, and a refund of it did not
    work. One statement."""
    return providers.online(payment.provider) and payment.refunds.filter(state=Refund.State.FAILED).exists()


def check(payment: Payment) -> None:
    """Raises NotPaidOut where that may not be. Call it with the payment locked."""
    if not possible(payment):
        raise NotPaidOut(
            _(
                "It goes back the way it came. Cash out of the till is booked only after a refund to the customer's "
                "card or account did not work."
            )
        )
