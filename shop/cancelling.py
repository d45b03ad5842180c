"""Calling an order off before the thing is here: its time is free again, nothing more is asked, money goes back."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from notifications import followups
from repairs import booking, workflow
from repairs.models import Job
from shop.models import LedgerEntry, OrderVisit, Payment
from shop.payments import attempts, entries, ledger, refunds
from shop.payments.settling import set_status

Order = get_model("order", "Order")
Kind = LedgerEntry.Kind
ENDED = {"released", "cancelled", "refunded"}


class NotCancellable(Exception):
    """The order has ended already, or its thing is in the shop: then the job is what ends."""

    code = "not_cancellable"


def cancel(*, order: Any, by: Any, at: datetime, reason: str, keep: Decimal = Decimal("0.00"), note: str = "") -> Any:
    """Call off a whole order. What was paid goes back through the queue but for `keep`, a fee that stays with us.

    `reason` is one of Refund.Reason. Doing it twice says NotCancellable; so does an order whose thing is here.
    Raises refunds.MoreThanLeft when `keep` is more than was paid.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order.pk)
        visit = OrderVisit.objects.select_for_update(of=("self",)).select_related("appointment").get(pk=order.pk)
        jobs = list(Job.objects.select_for_update().filter(order_row__order=order).order_by("pk"))
        if not still_to_come(order, [job.status for job in jobs]):
            raise NotCancellable(_("This order cannot be called off any more."))
        money = ledger.balance(order)
        held = money.kept - refunds.on_its_way(order)
        if not Decimal(0) <= keep <= held:
            raise refunds.MoreThanLeft(
                _("We hold %(held)s %(currency)s of this order.") % {"held": held, "currency": money.currency}
            )
        _ask_no_more(order, money, keep, by=by, at=at)
        for job in jobs:
            if job.status == Job.Status.BOOKED:
                workflow.move(job.pk, to=Job.Status.CANCELLED, by=by, at=at, because="order.cancelled")
        if visit.appointment is not None:
            booking.free(appointment=visit.appointment, at=at)
        visit.release_at = None
        visit.save(update_fields=["release_at"])
        give_back(order, held - keep, reason=reason, by=by, at=at, note=note)
        if money.kept == 0:
            order.set_status("cancelled")
        else:
            set_status(order)
        followups.after("order.cancelled", order=order, keep=keep)
    return order


def _ask_no_more(order: Any, money: ledger.Balance, keep: Decimal, *, by: Any, at: datetime) -> None:
    """What is still open is not asked for any more, and a promise of the bank is given back."""
    if money.open:
        entries.enter(order, None, Kind.WRITTEN_OFF, money.open, key=f"called_off:{order.number}", at=at, by=by)
    open_states = (*attempts.OPEN, Payment.State.AUTHORISED)
    begun = Payment.objects.select_for_update().filter(order=order, state__in=open_states).order_by("pk")
    let_go(order, begun, at=at, why=_("The order was called off."))


def let_go(order: Any, payments: Iterable[Payment], *, at: datetime, why: str) -> None:
    """Close payments that were begun or promised, here and at the provider. Call it with order and payments locked."""
    for payment in payments:
        ledger.move_payment(payment, Payment.State.CANCELLED, at=at, detail=why)
        followups.after("payment.abandoned", order=order, payment=payment, at=at)


def still_to_come(order: Any, statuses: Iterable[str]) -> bool:
    """Whether an order stands and nothing of it has come yet, by the statuses of its jobs. Pure."""
    return order.status not in ENDED and set(statuses) - {Job.Status.CANCELLED} == {Job.Status.BOOKED}


def ways_back(order: Any, amount: Decimal) -> list[tuple[Payment, Decimal]]:
    """Which payments of an order would give back how much of an amount, the newest first. One statement.

    What never paid for the order, and what a bank holds in a dispute, is left alone.
    """
    apart = (Payment.State.MISMATCH, *refunds.AT_THE_BANK)
    found = []
    for payment in Payment.objects.filter(order=order, captured__gt=0).exclude(state__in=apart).order_by("-pk"):
        part = min(amount, refunds.left(payment))
        if part > 0:
            found.append((payment, part))
            amount -= part
    return found


def give_back(order: Any, amount: Decimal, *, reason: str, by: Any, at: datetime, note: str) -> None:
    """Ask for refunds until the amount is reached. Call it with the order locked."""
    for payment, part in ways_back(order, amount):
        refunds.ask(payment=payment, amount=part, reason=reason, by=by, at=at, note=note)
