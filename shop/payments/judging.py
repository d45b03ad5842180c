"""What one report of a provider means for a payment: compared with what was asked before it is believed.

Runs with event, order and payment locked. Saying a thing again changes nothing, and no state goes backwards.
"""

from datetime import datetime
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from notifications import followups
from shop.models import LedgerEntry, Payment, PaymentEvent
from shop.payments import declines, disputes, entries, refunds
from shop.payments.moves import MOVES, NOT_COME, move_payment
from shop.payments.settling import APPLIED, IGNORED, ODD, Judgement, came, promise_visit, settle, take_fee

Kind = LedgerEntry.Kind
State = Payment.State
WAITING = PaymentEvent.State.RECEIVED
PATIENCE = 5  # tries, a minute apart, before an event that fits nothing is shown to staff as odd


def judge(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    """Do what follows from the event; answers with its new state and the reason in words."""
    if (event.reference and event.reference != payment.reference) or (
        payment.provider_id and event.provider_id and event.provider_id != payment.provider_id
    ):
        return ODD, _("It speaks of our payment %(ours)s under another name.") % {"ours": payment.reference}
    if payment.provider_id is None and event.provider_id:
        # We were stopped between opening the payment and noting its name; the reference brought it home.
        payment.provider_id = event.provider_id
        payment.save(update_fields=["provider_id"])
    kinds = {
        "authorised": _authorised,
        "succeeded": _succeeded,
        "failed": _ended,
        "cancelled": _ended,
        "refunded": _refunded,
        "reversed": _refunded,
        "refund_pending": _refunded,
        "refund_failed": _refund_failed,
        "not_closed": _not_closed,
        "inquiry_opened": _disputed,
        "inquiry_closed": _dispute_closed,
        "dispute_opened": _disputed,
        "dispute_won": _dispute_closed,
        "dispute_lost": _dispute_closed,
    }
    found = kinds.get(event.kind)
    return found(event, order, payment, at) if found else (IGNORED, _("Nothing to do for us."))


def wait(event: PaymentEvent, why: str) -> Judgement:
    """Leave the event for the sweep, and for staff once that has tried often enough."""
    return (ODD if event.attempts >= PATIENCE else WAITING), why


def _authorised(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    """The customer agreed and the bank promised; nothing has moved yet."""
    if State.AUTHORISED not in MOVES[payment.state]:
        return IGNORED, _("The payment is %(state)s already.") % {"state": payment.get_state_display().lower()}
    wrong = _difference(event, payment)
    if wrong and _is_ours(event, payment):
        if payment.state == State.CREATED:
            move_payment(payment, State.PENDING, at=at)
        followups.after("payment.abandoned", order=order, payment=payment, at=at)
    if wrong:
        return ODD, wrong
    move_payment(payment, State.AUTHORISED, at=at)
    if payment.close_at is not None:  # given up before, and agreed to all the same: it is taken or let go by its state
        payment.close_at = None
        payment.save(update_fields=["close_at"])
    followups.after("payment.authorised", order=order, payment=payment)
    if order.status in {"released", "cancelled"}:
        return APPLIED, _("The order had been released: the promise is given back, nothing is taken.")
    if payment.capture == "now":
        return APPLIED, _("Agreed; it is being taken.")
    promise_visit(order, at=at)
    return APPLIED, _("Promised by the bank; it is taken when the thing is here.")


def _succeeded(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    if payment.state not in NOT_COME | {State.MISMATCH}:
        take_fee(order, payment, event.fee, at=at)
        return IGNORED, _("This payment was settled before.")
    wrong = _difference(event, payment)
    if payment.state == State.MISMATCH:
        return ODD, wrong or _("Something else was reported for this payment before.")
    if wrong:
        move_payment(payment, State.MISMATCH, at=at, detail=wrong)
        if event.amount and event.live == payment.live:
            # It is at the provider all the same: without this row the books and its totals would differ.
            more: dict[str, Any] = {
                "key": f"unplaced:{event.provider}:{event.event_id}",
                "at": at,
                "currency": event.currency,
            }
            entries.enter(order, payment, Kind.UNPLACED, event.amount, **more)
            came(payment, event.amount)
            take_fee(order, payment, event.fee, at=at)
        return ODD, wrong
    return settle(order=order, payment=payment, at=at, fee=event.fee)


def _ended(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    wanted = State.FAILED if event.kind == "failed" else State.CANCELLED
    why = declines.code_of(event.provider, event.body) if wanted == State.FAILED else ""
    if wanted == payment.state == State.FAILED:  # another card was tried, and refused too
        payment.decline = why
        payment.save(update_fields=["decline"])
    if wanted not in MOVES[payment.state]:
        return IGNORED, _("The payment is %(state)s already.") % {"state": payment.get_state_display().lower()}
    promised = payment.state == State.AUTHORISED
    if promised and _before_the_promise(event):
        return IGNORED, _("It was declined before the customer tried again, and the bank promised the money then.")
    move_payment(payment, wanted, at=at, decline=why)
    if promised and order.status == "awaiting-payment":
        return ODD, _("The bank's promise has lapsed: ask the customer to pay again, or in the shop.")
    return APPLIED, payment.get_state_display()


def _before_the_promise(event: PaymentEvent) -> bool:
    """Whether it happened before what made the payment authorised: late news of an earlier card."""
    promises = PaymentEvent.objects.filter(provider=event.provider, kind="authorised", state=APPLIED)
    ours = Q(reference=event.reference) if event.reference else Q(provider_id=event.provider_id)
    last = promises.filter(ours).aggregate(at=Max("happened_at"))["at"]
    return event.happened_at is not None and last is not None and event.happened_at < last


def _refunded(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    if payment.state in NOT_COME:
        return wait(event, _("Money went back that we have not seen come."))
    currency = refunds.currency_of(payment)
    if event.amount is None or event.amount <= 0 or event.currency != currency or event.live != payment.live:
        return ODD, _("%(amount)s %(currency)s went back, which does not fit this payment.") % {
            "amount": event.amount, "currency": event.currency
        }  # fmt: skip
    if event.kind == "reversed" and disputes.pays(event, payment):
        return IGNORED, _("It is the money of the dispute, which is booked.")
    facts: dict[str, Any] = {
        "amount": event.amount,
        "currency": currency,
        "provider_id": disputes.about(event),
        "at": at,
    }
    try:
        if event.kind == "refund_pending":
            new = refunds.on_the_way(payment=payment, **facts)
        else:
            new = refunds.seen(payment=payment, order=order, **facts)
    except refunds.MoreThanLeft as more:
        # One of ours that is on its way may fail and make room; more than ever came never fits.
        return wait(event, str(more)) if event.amount <= payment.captured else (ODD, str(more))
    waits = event.kind == "refund_pending"
    told = _("It is on its way back, and may still fail.") if waits else _("Given back.")
    return (APPLIED, told) if new else (IGNORED, _("This refund was recorded before."))


def _not_closed(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    """We gave it up, and the provider would not close it however often it was asked."""
    return ODD, _("It was given up here, but the provider has not closed it: it could still be paid, or is held.")


def _refund_failed(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    # By its name alone: one of ours of the same sum that is still to be sent has not failed.
    refund = refunds.found(payment, provider_id=event.about_id, amount=None)
    if refund is None:
        return wait(event, _("A refund failed that we do not know."))
    refunds.failed(refund, payment=payment, order=order, why=_("The bank sent it back."), at=at)
    return ODD, _("A refund did not arrive: pay it out another way.")


def _disputed(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    if payment.state in NOT_COME:
        return wait(event, _("Money is disputed that we have not seen come."))
    verb = disputes.inquired if event.kind == "inquiry_opened" else disputes.opened
    return verb(event, order, payment, at)


def _dispute_closed(event: PaymentEvent, order: Any, payment: Payment, at: datetime) -> Judgement:
    return disputes.closed(event, order, payment, at) or wait(event, _("A dispute ended that we do not know."))


def _is_ours(event: PaymentEvent, payment: Payment) -> bool:
    """Whether it happened where we asked for it: with the same kind of money, in our own account."""
    return event.live == payment.live and (not payment.account or event.account in {"", payment.account})


def _difference(event: PaymentEvent, payment: Payment) -> str:
    """What differs between what came and what was asked, in words; empty when nothing does."""
    if event.amount != payment.amount or event.currency != payment.currency:
        return _("%(came)s came, %(asked)s was asked.") % {
            "came": f"{event.amount} {event.currency}",
            "asked": f"{payment.amount} {payment.currency}",
        }
    if event.live != payment.live:
        return _("Test money came for a real payment.") if payment.live else _("Real money came for a test payment.")
    if event.account and payment.account and event.account != payment.account:
        return _("It came to another account than ours.")
    return ""
