"""Money that goes back: asked for under the payment's lock, sent by the queue, believed when the provider says so.

What is asked for is reserved on the payment at once (`Payment.returned`), so that two people cannot give the same
money back; the database refuses more than came. Locks: order, payment, refund.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from oscar.core.loading import get_model

from notifications import followups
from shop.models import LedgerEntry, Payment, PaymentEvent, Refund
from shop.payments import entries, handling, paying_out, providers
from shop.payments.balance import balance
from shop.payments.base import RefundAsk, Refused
from shop.payments.moves import MOVES, move_payment
from shop.payments.settling import set_status
from shop.references import new_reference

Order = get_model("order", "Order")
Kind = LedgerEntry.Kind
State = Refund.State
OPEN = (State.ASKED, State.SENT)
# What is booked when a refund is done, and what when it comes back after all.
UNDONE = {
    Kind.REFUNDED: Kind.REFUND_BACK,
    Kind.CREDITED: Kind.CREDIT_BACK,
    Kind.UNPLACED_BACK: Kind.UNPLACED_AGAIN,
}
AT_THE_BANK = (Payment.State.DISPUTED, Payment.State.LOST)
HELD = gettext_lazy("The customer disputes this payment at the bank: what becomes of it is settled there.")


class MoreThanLeft(Exception):
    """Less is left of the payment than somebody wants to give back."""

    code = "more_than_left"


class HeldByBank(Exception):
    """The customer has the bank take the payment back: it cannot be given back by us as well."""

    code = "payment_disputed"


def left(payment: Payment) -> Decimal:
    """What may still go back of a payment, in the currency in which it came."""
    return payment.captured - payment.returned


def currency_of(payment: Payment) -> str:
    """The currency in which the money came: of a payment that came otherwise than asked, perhaps another one."""
    if payment.state == Payment.State.SUCCEEDED:
        return payment.currency
    came = _unplaced(payment)
    return came.currency if came else payment.currency


def on_its_way(order: Any) -> Decimal:
    """What was asked to go back of an order and has not gone yet; money that never paid for anything left out."""
    rows = Refund.objects.filter(payment__order=order, state__in=OPEN).exclude(payment__state=Payment.State.MISMATCH)
    return sum(rows.values_list("amount", flat=True), Decimal("0.00"))


def ask(
    *,
    payment: Payment,
    amount: Decimal,
    reason: str,
    by: Any,
    at: datetime,
    note: str = "",
    once: str = "",
    tender: str = "",
) -> Refund:
    """Give back a part or all of a payment; the queue sends it. Money of the till counts as given at once, and so does
    what a provider could not give back and we pay out in `tender` "cash".

    `once` is any text that is the same when a form is sent twice. Raises MoreThanLeft, HeldByBank, NotPaidOut.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=payment.order_id)
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
        before = Refund.objects.filter(once=once, payment=payment).first() if once else None
        if before is not None:
            return before
        if payment.state in AT_THE_BANK:
            raise HeldByBank(HELD)
        if tender:
            paying_out.check(payment)
        _reserve(payment, amount)
        more = {"currency": currency_of(payment), "note": note[:300], "once": once or None, "tender": tender}
        refund = _row(payment, amount, reason, at, by=by, **more)
        if providers.named(payment.provider).online and not tender:
            followups.after("refund.asked", order=order, refund=refund)
        else:
            _done(refund, payment=payment, order=order, at=at)
    return refund


def send(refund_id: int, *, at: datetime) -> None:
    """Ask the provider for a refund that waits. Not inside a transaction; asking again never gives back twice.

    What a bank holds in a dispute meanwhile is not sent; was it asked for before, the provider only tells whether it
    went. Raises Unavailable: the sweep tries again under the same key.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    again, held = refund.tries > 0, refund.payment.state in AT_THE_BANK
    if not Refund.objects.filter(pk=refund_id, state=State.ASKED).update(tries=refund.tries + 1, changed_at=at):
        return
    if held and not again:
        _with_locks(refund_id, _give_up, why=str(HELD), at=at)
        return
    wanted = RefundAsk(
        provider_id=str(refund.payment.provider_id),
        reference=refund.payment.reference,
        idempotency_key=refund.reference,
        amount=refund.amount,
        currency=refund.currency,
        again=again,
        only_look=held,
    )
    try:
        answer = providers.named(refund.payment.provider).refund(wanted)
    except Refused as refusal:
        _with_locks(refund_id, _give_up, why=str(HELD) if held else str(refusal), at=at)
        return
    _with_locks(refund_id, _note_answer, answer=answer, at=at)


def seen(*, payment: Payment, order: Any, amount: Decimal, currency: str, provider_id: str, at: datetime) -> bool:
    """The provider says that money went back; False when that was known. Call it with the locks held.

    One that none of us asked for was made at the provider. Raises MoreThanLeft.
    """
    refund = found(payment, provider_id=provider_id, amount=amount)
    if (refund is not None and refund.state == State.DONE) or _came_back(payment, provider_id):
        return False
    if refund is None:
        _reserve(payment, amount)
        refund = _row(payment, amount, Refund.Reason.PROVIDER, at, currency=currency, provider_id=provider_id)
    elif refund.state == State.FAILED:  # it arrived after all
        _reserve(payment, amount)
    refund.provider_id = refund.provider_id or provider_id
    _done(refund, payment=payment, order=order, at=at)
    return True


def on_the_way(*, payment: Payment, amount: Decimal, currency: str, provider_id: str, at: datetime) -> bool:
    """The provider says that money is about to go back, which may still fail: it is reserved and asked about each
    night. False when that was known. Call it with the locks held. Raises MoreThanLeft.
    """
    refund = found(payment, provider_id=provider_id, amount=amount)
    if (refund is not None and refund.state != State.ASKED) or _came_back(payment, provider_id):
        return False
    if refund is None:
        _reserve(payment, amount)
        refund = _row(payment, amount, Refund.Reason.PROVIDER, at, currency=currency, provider_id=provider_id)
    refund.provider_id = refund.provider_id or provider_id
    _set(refund, State.SENT, at=at)
    return True


def found(payment: Payment, *, provider_id: str, amount: Decimal | None) -> Refund | None:
    """The refund that the provider calls so; else the oldest of ours of that sum whose name we have not heard."""
    rows = Refund.objects.filter(payment=payment)
    named = rows.filter(provider_id=provider_id).first() if provider_id else None
    if named is not None or amount is None:
        return named
    return rows.filter(provider_id="", amount=amount, state__in=OPEN).first()


def failed(refund: Refund, *, payment: Payment, order: Any, why: str, at: datetime) -> None:
    """The money did not go back, or came back to us: it may be given back again. Call it with the locks held."""
    if refund.state == State.FAILED:
        return
    if refund.state == State.DONE:
        _undo_entries(refund, payment, order, at)
    payment.returned -= refund.amount
    payment.save(update_fields=["returned"])
    if payment.state == Payment.State.REFUNDED:
        _hold_again(payment, at=at)
    _set(refund, State.FAILED, at=at, detail=why)
    set_status(order)
    followups.after("payment.refund_failed", order=order, refund=refund)


def _done(refund: Refund, *, payment: Payment, order: Any, at: datetime) -> None:
    facts: dict[str, Any] = {
        "at": at,
        "by": refund.by,
        "note": refund.get_reason_display(),
        "currency": refund.currency,
        "till": bool(refund.tender),
    }
    if _unplaced(payment) is not None:  # it never paid for anything
        entries.enter(
            order, payment, Kind.UNPLACED_BACK, refund.amount, key=f"unplaced_back:{refund.reference}", **facts
        )
    else:
        over = balance(order).over
        entries.enter(order, payment, Kind.REFUNDED, refund.amount, key=f"refunded:{refund.reference}", **facts)
        if refund.amount > over:  # what we held too much is no price: the rest is taken off it, and not asked again
            less = refund.amount - over
            entries.enter(order, payment, Kind.CREDITED, less, key=f"credited:{refund.reference}", **facts)
    _set(refund, State.DONE, at=at)
    back = Refund.objects.filter(payment=payment, state=State.DONE).values_list("amount", flat=True)
    if sum(back, Decimal(0)) >= payment.captured and Payment.State.REFUNDED in MOVES[payment.state]:
        move_payment(payment, Payment.State.REFUNDED, at=at, detail=payment.detail)
    set_status(order)
    followups.after("payment.refunded", order=order, refund=refund)


def _undo_entries(refund: Refund, payment: Payment, order: Any, at: datetime) -> None:
    for kind, back in UNDONE.items():
        row = LedgerEntry.objects.filter(key=f"{kind}:{refund.reference}").first()
        if row is not None:
            key = f"{back}:{refund.reference}"
            entries.enter(order, payment, back, row.amount, key=key, at=at, currency=row.currency)


def _unplaced(payment: Payment) -> LedgerEntry | None:
    """The entry of money that came otherwise than it was asked, and so never paid for anything."""
    return LedgerEntry.objects.filter(payment=payment, kind=Kind.UNPLACED).first()


def _hold_again(payment: Payment, *, at: datetime) -> None:
    """What had gone back is with us once more, as what it was; money that belongs to nothing is a case again."""
    if _unplaced(payment) is None:
        move_payment(payment, Payment.State.SUCCEEDED, at=at)
        return
    move_payment(payment, Payment.State.MISMATCH, at=at, detail=payment.detail)
    handling.open_again(payment)


def _came_back(payment: Payment, provider_id: str) -> bool:
    """Whether we have heard already that a refund failed, which is its end: that it went is older news then."""
    told = PaymentEvent.objects.filter(provider=payment.provider, about_id=provider_id, kind="refund_failed")
    return bool(provider_id) and told.exclude(state=PaymentEvent.State.RECEIVED).exists()


def _note_answer(refund: Refund, *, payment: Payment, order: Any, answer: Any, at: datetime) -> None:
    if refund.state != State.ASKED:  # a webhook was faster
        return
    refund.provider_id = answer.refund_id
    if _came_back(payment, answer.refund_id):  # what is asked twice is answered as it was the first time
        failed(refund, payment=payment, order=order, why=_("The bank sent it back."), at=at)
    elif answer.state == "succeeded":
        _done(refund, payment=payment, order=order, at=at)
    elif answer.state == "failed":
        failed(refund, payment=payment, order=order, why=_("The provider could not give it back."), at=at)
    else:
        _set(refund, State.SENT, at=at)


def _give_up(refund: Refund, **facts: Any) -> None:
    """It does not go; but one that a webhook has told of meanwhile went all the same."""
    if refund.state == State.ASKED:
        failed(refund, **facts)


def _with_locks(refund_id: int, verb: Any, **facts: Any) -> None:
    with transaction.atomic():
        row = Refund.objects.select_related("payment").get(pk=refund_id)
        order = Order.objects.select_for_update().get(pk=row.payment.order_id)
        payment = Payment.objects.select_for_update().get(pk=row.payment_id)
        verb(Refund.objects.select_for_update().get(pk=refund_id), payment=payment, order=order, **facts)


def _reserve(payment: Payment, amount: Decimal) -> None:
    if not Decimal(0) < amount <= left(payment):
        raise MoreThanLeft(
            _("%(left)s %(currency)s is left of this payment.") % {"left": left(payment), "currency": payment.currency}
        )
    payment.returned += amount
    payment.save(update_fields=["returned"])


def _row(payment: Payment, amount: Decimal, reason: str, at: datetime, **more: Any) -> Refund:
    facts = {"currency": payment.currency, **more}
    return Refund.objects.create(
        payment=payment,
        site_id=payment.site_id,
        reference=new_reference("R"),
        amount=amount,
        reason=reason,
        created_at=at,
        changed_at=at,
        **facts,
    )


def _set(refund: Refund, state: str, *, at: datetime, detail: str = "") -> None:
    refund.state, refund.changed_at, refund.detail = state, at, detail[:300]
    refund.save(update_fields=["state", "changed_at", "detail", "provider_id"])
