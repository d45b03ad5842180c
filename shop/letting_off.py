"""What is open on an order is not asked for any more, because somebody of the shop says so; or it is asked again."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from notifications import followups
from repairs.models import Job
from shop import cancelling
from shop.models import LedgerEntry, Payment
from shop.payments import attempts, entries, ledger
from shop.payments.balance import balance
from shop.payments.settling import promise_visit, set_status

Order = get_model("order", "Order")
Kind = LedgerEntry.Kind


class NothingOpen(Exception):
    """Nothing is open on the order, or nothing was let off that could be asked again."""

    code = "nothing_open"


def let_off(order: Any) -> Decimal:
    """What is not asked for by a decision of staff, in the order's currency; 0 once it is asked again."""
    ours = LedgerEntry.objects.filter(order=order, key__startswith=_key(order)).order_by()
    found = Decimal("0.00")
    for kind, amount in ours.values_list("kind", "amount"):
        found += amount if kind == Kind.WRITTEN_OFF else -amount
    return found


def stop_asking(*, order: Any, by: Any, at: datetime, reason: str) -> Decimal:
    """Ask no more for what is open; answers how much that was. `reason` is for colleagues. Raises NothingOpen.

    What was begun to be paid, and what a bank promised, is let go; a visit of the order stands.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order.pk)
        money = balance(order)
        if not money.open or order.status in cancelling.ENDED:
            raise NothingOpen(_("Nothing is open on this order."))
        states = (*attempts.OPEN, Payment.State.AUTHORISED)
        begun = Payment.objects.select_for_update().filter(order=order, state__in=states).order_by("pk")
        cancelling.let_go(order, begun, at=at, why=_("It is not asked for any more."))
        ledger.ask(order=order, at=at)  # an order without its asking row would owe its total again
        key = _enter(order, Kind.WRITTEN_OFF, money.open, by=by, at=at, note=reason)
        jobs = Job.objects.filter(order_row__order=order)
        if not money.kept and not jobs.exclude(status=Job.Status.CANCELLED).exists():
            order.set_status("cancelled")
        else:
            set_status(order)
            promise_visit(order, at=at)
        followups.after("order.let_off", order=order, key=key, at=at)
    return money.open


def ask_again(*, order: Any, by: Any, at: datetime) -> Decimal:
    """Ask again for what staff had let off; answers how much. Raises NothingOpen."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order.pk)
        amount = let_off(order)
        if not amount or order.status in cancelling.ENDED:
            raise NothingOpen(_("Nothing was let off on this order that could be asked again."))
        _enter(order, Kind.DUE, amount, by=by, at=at)
        set_status(order)
    return amount


def _key(order: Any) -> str:
    return f"let_off:{order.number}:"


def _enter(order: Any, kind: str, amount: Decimal, *, by: Any, at: datetime, note: str = "") -> str:
    """A row under the next number of its own, which it answers; the order is locked, so nobody else takes it."""
    number = LedgerEntry.objects.filter(order=order, key__startswith=_key(order)).count() + 1
    key = f"{_key(order)}{number}"
    entries.enter(order, None, kind, amount, key=key, at=at, by=by, note=note)
    return key
