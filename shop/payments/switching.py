"""Another way to pay for an order than the one it was placed with: another provider, or in the shop."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from repairs import booking, policies
from repairs.models import Job
from shop.models import OrderJob, OrderVisit
from shop.payments import attempts, providers, starting
from shop.payments.starting import PAYABLE, OrderNotPayable, StartResult

Order = get_model("order", "Order")


class WayNotOffered(Exception):
    """The shop does not offer that way to pay for this order."""

    code = "way_to_pay_not_offered"


def others(order: Any) -> list[str]:
    """The ways to pay this order that it was not placed with, in the order of the settings; none when it is not
    payable. Reads the order's visit and its shop."""
    visit = order.visit
    if order.status not in PAYABLE:
        return []
    return [name for name in providers.ways_of(visit.site.shop) if name != visit.pay_by]


def is_online(order: Any) -> bool:
    """Whether the order is paid online as things stand. Reads its visit; a way that is gone from the settings was."""
    way = order.visit.pay_by
    return way not in settings.PAYMENT_PROVIDERS or providers.named(way).online


def online_instead(order: Any) -> bool:
    """Whether an order that is to be paid in the shop may be paid online now. Reads its visit and its shop."""
    return not is_online(order) and any(providers.named(name).online for name in others(order))


def start_with(
    *,
    order: Any,
    provider: str | None,
    at: datetime,
    return_url: str | None = None,
    cancel_url: str | None = None,
    hosted: bool = False,
) -> StartResult:
    """Pay by this way from now on (None: as it was agreed) and start the payment. Not inside a transaction.

    Raises WayNotOffered, and all that `starting.start` raises.
    """
    if provider and provider != order.visit.pay_by:
        change(order=order, provider=provider, at=at)
        order.visit.pay_by = provider
    return starting.start(order=order, at=at, return_url=return_url, cancel_url=cancel_url, hosted=hosted)


def change(*, order: Any, provider: str, at: datetime) -> None:
    """Have an order that waits for its money paid by another way. Doing it twice changes nothing.

    What is open at other providers is given up and closed there; should its money come after all, the ledger takes
    it. Paid in the shop, its visit is a promise from now on; who goes back to paying online is held to it again, with
    the whole time to pay. Raises WayNotOffered, and OrderNotPayable, also while a bank's promise for it holds.
    """
    with transaction.atomic(durable=True):
        locked = Order.objects.select_for_update().get(pk=order.pk)
        rows = OrderVisit.objects.select_for_update(of=("self",)).select_related("appointment", "site__shop")
        visit = rows.get(pk=order.pk)
        if locked.status not in PAYABLE or attempts.promised(locked) is not None:
            raise OrderNotPayable(_("The way to pay for this order cannot be changed any more."))
        if provider not in providers.ways_of(visit.site.shop):
            raise WayNotOffered(_("This order cannot be paid that way."))
        if visit.pay_by == provider:
            return
        words = providers.words_of(provider)
        why = _("Another way to pay was chosen: %(way)s.") % {"way": words.staff if words else provider}
        for old in attempts.payable_still(locked):
            attempts.abandon(locked, old, at=at, why=why)
        visit.pay_by = provider
        (_hold if providers.named(provider).online else _promise)(visit, locked, at=at)
        visit.save(update_fields=["pay_by", "release_at", "pay_first"])


def _promise(visit: OrderVisit, order: Any, *, at: datetime) -> None:
    """It is paid in the shop: the visit is its own, paid or not. That it was to be paid first is kept in mind."""
    visit.pay_first = visit.pay_first or visit.release_at is not None
    visit.release_at = None
    if visit.appointment is not None:
        booking.settle(appointment=visit.appointment, at=at)


def _hold(visit: OrderVisit, order: Any, *, at: datetime) -> None:
    """It is paid online: where it was to be paid first, the visit waits for the money again, as if the shop had never
    been chosen. Not once something was paid or the thing is here; nor where it was booked to be paid in the shop: who
    tries to pay early does not lose what was promised."""
    came = OrderJob.objects.filter(order=order).exclude(job__status__in=(Job.Status.BOOKED, Job.Status.CANCELLED))
    if order.status != "awaiting-payment" or not visit.pay_first or visit.release_at is not None or came.exists():
        return
    visit.release_at = at + timedelta(minutes=policies.policy_for(site=visit.site, at=at).unpaid_minutes)
    if visit.appointment is not None:
        booking.unsettle(appointment=visit.appointment, at=at)
