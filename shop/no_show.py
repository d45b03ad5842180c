"""A visit that nobody came to: its fee is kept of what was paid, or asked for, and the rest goes back."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from notifications import followups
from repairs import booking, workflow
from repairs.models import Appointment, Job
from shop import cancelling, deposits
from shop.models import LedgerEntry, OrderVisit, Payment, Refund
from shop.payments import attempts, entries, refunds
from shop.payments.balance import Balance, balance
from shop.payments.settling import set_status

Order = get_model("order", "Order")
Kind = LedgerEntry.Kind
ZERO = Decimal("0.00")
AWAITED = (Appointment.State.PROVISIONAL, Appointment.State.CONFIRMED)


class NotMissed(Exception):
    """The visit is not over, the thing came, there was no visit, or the order has ended."""

    code = "not_missed"


class FeeTooHigh(Exception):
    """The fee is above what the shop asks for a missed visit."""

    code = "fee_too_high"


def most(order: Any) -> Decimal:
    """The highest fee that may be asked for an order's missed visit, in its currency; 0 where the shop asks none.

    Never more than the order costs. The shop names its fee in its own currency: orders in another one pay none.
    """
    fee = deposits.miss_fee(shop=order.visit.site.shop, currency=order.currency)
    return ZERO if fee is None else max(min(fee, balance(order).due), ZERO)


def is_over(order: Any, *, at: datetime) -> bool:
    """Whether the order's visit has passed and nobody has said what became of it. Pure, but for its appointment."""
    visit = order.visit.appointment
    return visit is not None and visit.state in AWAITED and visit.ends_at <= at


def charge(*, order: Any, by: Any, at: datetime, fee: Decimal | None = None, note: str = "") -> Any:
    """Close a missed visit: jobs end, the price is not asked any more, the fee stays with us, the rest goes back.

    `fee` is the shop's own where it is None, else at most that; what was not paid of it stays open on the order. Raises
    NotMissed, also the second time, and FeeTooHigh.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order.pk)
        payments = list(Payment.objects.select_for_update().filter(order=order).order_by("pk"))
        jobs = list(Job.objects.select_for_update().filter(order_row__order=order).order_by("pk"))
        visit = OrderVisit.objects.select_for_update(of=("self",)).select_related("appointment").get(pk=order.pk)
        order.visit = visit
        if not (is_over(order, at=at) and cancelling.still_to_come(order, [job.status for job in jobs])):
            raise NotMissed(
                _("This visit is not one that was missed: it is not over, somebody came, or it was closed.")
            )
        top = most(order)
        fee = top if fee is None else fee
        if not ZERO <= fee <= top:
            raise FeeTooHigh(_("The fee is %(top)s %(currency)s at most.") % {"top": top, "currency": order.currency})
        money = balance(order)
        held = money.kept - refunds.on_its_way(order)
        _instead_of_the_price(order, money, fee, by=by, at=at, note=note)
        _take_of_promises(order, payments, max(fee - held, ZERO), at=at)
        _close(visit, jobs, by=by, at=at)
        words = {"reason": Refund.Reason.MISSED, "note": note}
        cancelling.give_back(order, max(held - fee, ZERO), by=by, at=at, **words)
        if money.kept:
            set_status(order)
        elif not fee:
            order.set_status("cancelled")
        followups.after("order.no_show", order=order, fee=fee, by=by, at=at)
    return order


def _instead_of_the_price(order: Any, money: Balance, fee: Decimal, *, by: Any, at: datetime, note: str) -> None:
    """The fee is asked for, and the price is not any more."""
    if fee:
        entries.enter(order, None, Kind.NO_SHOW, fee, key=f"no_show:{order.number}", at=at, by=by, note=note)
    if money.due > 0:
        key = f"missed:{order.number}"
        entries.enter(order, None, Kind.WRITTEN_OFF, money.due, key=key, at=at, by=by, note=note)


def _take_of_promises(order: Any, payments: list[Payment], missing: Decimal, *, at: datetime) -> None:
    """Take of what the bank promised only what the fee still needs, and let go of everything else that was begun."""
    let_go = [row for row in payments if row.state in attempts.OPEN]
    for payment in (row for row in payments if row.state == Payment.State.AUTHORISED):
        part = min(payment.amount, missing)
        if payment.capture == "later" and not part:
            let_go.append(payment)
        elif payment.capture == "later":  # what is being taken at this moment is not changed any more
            payment.amount, payment.capture = part, "now"
            payment.save(update_fields=["amount", "capture"])
        missing -= part
    cancelling.let_go(order, let_go, at=at, why=_("The visit was missed."))


def _close(visit: OrderVisit, jobs: list[Job], *, by: Any, at: datetime) -> None:
    """The time is over, and the jobs end. The visit is marked first: cancelling its last job would free it."""
    assert visit.appointment is not None
    booking.free(appointment=visit.appointment, at=at, missed=True)
    for job in jobs:
        if job.status == Job.Status.BOOKED:
            workflow.move(job.pk, to=Job.Status.CANCELLED, by=by, at=at, because="order.no_show")
    visit.release_at = visit.due_now = None
    visit.save(update_fields=["release_at", "due_now"])
