"""What a person should do about money that does not fit, in a sentence, and the page on which it is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.models import Payment, PaymentEvent, Refund
from shop.templatetags.money import shop_time

State = Payment.State
REFUND: Literal["refund"] = "refund"  # the refund step on the job's page
JOB: Literal["job"] = "job"
Where = Literal["refund", "job", ""]
# By the kind of an event about a payment of ours, where the payment's own state says no more.
BY_KIND: dict[str, tuple[object, Where]] = {
    "authorised": (
        gettext_lazy(
            "The bank promised another sum than was asked, and nothing was taken: ask the customer to pay again."
        ),
        JOB,
    ),
    "succeeded": (gettext_lazy("Compare it with the order. What was paid too much: refund on the job's page."), REFUND),
    "failed": (gettext_lazy("Ask the customer to pay again, or take the money in the shop."), JOB),
    "cancelled": (gettext_lazy("Ask the customer to pay again, or take the money in the shop."), JOB),
    "refunded": (
        gettext_lazy("Compare the refunds on the job's page with those at the provider: they do not fit."),
        JOB,
    ),
    "reversed": (
        gettext_lazy("Compare the refunds on the job's page with those at the provider: they do not fit."),
        JOB,
    ),
    "refund_failed": (gettext_lazy("Refund again on the job's page, or pay it out in cash there."), REFUND),
    "not_closed": (
        gettext_lazy("Cancel it on the provider's site, so that nobody pays it and no bank holds money for it."),
        JOB,
    ),
    "dispute_lost": (
        gettext_lazy("Decide with the owner whether the customer owes it again, then let the thing go."),
        JOB,
    ),
    "dispute_won": (gettext_lazy("Compare with the provider: we never heard that this dispute was opened."), JOB),
    "inquiry_closed": (gettext_lazy("Nothing is withheld. The thing may be handed over."), JOB),
}


@dataclass(frozen=True)
class Advice:
    """The sentence, and where the next step is done: the refund step, the job's page, or nowhere here."""

    text: str
    where: Where = ""


def of_event(event: PaymentEvent, payment: Payment | None, *, due: datetime | None, zone: ZoneInfo) -> Advice:
    """What to do about a thing that a provider said."""
    if payment is None:
        if event.state == PaymentEvent.State.RECEIVED:
            return Advice(_("It is tried again each minute. If it stays: Look the payment up at the provider."))
        return Advice(_("Look the payment up at the provider. If it is not ours, give it back there."))
    if event.live != payment.live and event.kind != "other":
        return Advice(_("Test money and real money are mixed up: tell whoever set up the provider's keys."), JOB)
    if event.account and payment.account and event.account != payment.account:
        return Advice(_("It came to another account: tell whoever set up the provider. Refund it there."), JOB)
    if event.kind in {"dispute_opened", "inquiry_opened"}:
        return Advice(answering(due, zone), JOB)
    if event.kind == "succeeded" and payment.state in {State.LATE, State.MISMATCH}:
        return of_payment(payment, due=due, zone=zone)
    text, where = BY_KIND.get(event.kind, (_("Compare it with the order's payments and with the provider."), JOB))
    return Advice(str(text), where)


def of_payment(payment: Payment, *, due: datetime | None, zone: ZoneInfo) -> Advice:
    """What to do about a payment that came late or wrong, or is disputed."""
    if payment.state == State.LATE:
        return Advice(_("Call the customer: agree a new time, or refund on the job's page."), REFUND)
    if payment.state == State.MISMATCH:
        return Advice(_("Refund on the job's page and ask the customer to pay again."), REFUND)
    return Advice(answering(due, zone), JOB)


def of_refund(refund: Refund) -> Advice:
    """What to do about a refund that did not work."""
    return Advice(_("Refund again on the job's page, or pay it out in cash there."), REFUND)


def answering(due: datetime | None, zone: ZoneInfo) -> str:
    """To answer the bank, by when if it said so."""
    if due is None:
        return _("Answer at the provider in time, and hand nothing over until it is decided.")
    return _("Answer at the provider by %(moment)s, and hand nothing over until it is decided.") % {
        "moment": shop_time(due, zone)
    }
