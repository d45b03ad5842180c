"""What must be true of all money, whatever happened: our books beside the providers', and what follows from them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from notifications.models import Message
from repairs.models import Appointment
from shop.models import Document, LedgerEntry, Payment, PaymentEvent, Refund
from shop.payments.balance import Balance, balances
from shop.payments.minor_units import from_minor

ONLINE = ("stripe", "paypal")
ZERO = Decimal("0.00")
State = Payment.State
NEVER_PAID = {State.MISMATCH, State.REFUNDED, State.DISPUTED, State.LOST}
Tables = dict[str, dict[str, Any]]
Sums = dict[tuple[str, str], Decimal]


def untrue(tables: Tables, *, in_store: bool = False) -> list[str]:
    """Everything that is not as it must be, in words; `tables` are the books of the stand-ins. `in_store`: it was
    agreed that an order is paid in the shop, so it may be booked without money."""
    return [
        *_sums(tables), *_payments(), *_entries(), *_orders(in_store), *_holds(tables), *_events(), *_told_once(),
        *_documents(), *_once_each(tables),
    ]  # fmt: skip


def theirs(tables: Tables) -> Sums:
    """What the providers have of us, before their fees: came, less what went back, less what a bank holds or took."""
    sums: Sums = {}

    def add(provider: str, currency: str, amount: Decimal) -> None:
        key = provider, currency.upper()
        sums[key] = sums.get(key, ZERO) + amount

    charges, live = tables.get("charges", {}), set()
    for table in ("refunds", "disputes"):
        live |= {row["id"] for row in tables.get(table, {}).values() if charges[row["charge"]]["livemode"]}
    live |= {row["id"] for row in charges.values() if row["livemode"]}
    for row in tables.get("balance", {}).values():
        if row["source"] not in live:  # another mode has books of its own
            add("stripe", row["currency"], from_minor(row["amount"], row["currency"]))
    for row in tables.get("captures", {}).values():
        if row["status"] not in {"PENDING", "DECLINED"}:
            add("paypal", row["amount"]["currency_code"], Decimal(row["amount"]["value"]))
    for row in [row for row in tables.get("paypal_refunds", {}).values() if row["status"] == "COMPLETED"]:
        add("paypal", row["amount"]["currency_code"], -Decimal(row["amount"]["value"]))
    for row in tables.get("paypal_disputes", {}).values():
        if row.get("dispute_outcome", {}).get("outcome_code") != "RESOLVED_SELLER_FAVOUR":
            money = row["dispute_amount"]
            add("paypal", money["currency_code"], -Decimal(money["value"]))
    return {key: total for key, total in sums.items() if total}


def ours() -> Sums:
    """The account "with the provider" in our books, before fees."""
    sums: Sums = {}
    for row in LedgerEntry.objects.filter(payment__provider__in=ONLINE).exclude(kind="fee").select_related("payment"):
        assert row.payment is not None
        key = row.payment.provider, row.currency
        sign = (row.debit == "provider") - (row.credit == "provider")
        sums[key] = sums.get(key, ZERO) + sign * row.amount
    return {key: total for key, total in sums.items() if total}


def _sums(tables: Tables) -> Iterator[str]:
    if (mine := ours()) != (its := theirs(tables)):
        yield f"our books say {_shown(mine)}, the providers {_shown(its)}"
    fees = [from_minor(row["fee"], row["currency"]) for row in tables.get("balance", {}).values()]
    for entry in LedgerEntry.objects.filter(kind="fee", payment__provider="stripe"):
        if entry.amount not in fees:
            yield f"a fee of {entry.amount} that Stripe never took"


def _shown(sums: Sums) -> str:
    return (
        ", ".join(f"{provider} {total} {currency}" for (provider, currency), total in sorted(sums.items())) or "nothing"
    )


def _payments() -> Iterator[str]:
    for payment in Payment.objects.all():
        name = f"{payment.reference} ({payment.state})"
        rows = Refund.objects.filter(payment=payment)
        reserved = sum((row.amount for row in rows if row.state != Refund.State.FAILED), ZERO)
        if not ZERO <= payment.returned <= payment.captured:
            yield f"{name}: {payment.returned} back of {payment.captured}"
        if payment.returned != reserved:
            yield f"{name}: {payment.returned} noted as back, its refunds say {reserved}"
        booked = sum(
            payment.ledger.filter(kind__in=("paid", "deposit", "unplaced")).values_list("amount", flat=True), ZERO
        )
        if booked != payment.captured:
            yield f"{name}: {payment.captured} noted as come, booked {booked}"
        back = sum(payment.ledger.filter(kind__in=("refunded", "unplaced_back")).values_list("amount", flat=True), ZERO)
        came_back = payment.ledger.filter(kind__in=("refund_back", "unplaced_again"))
        again = sum(came_back.values_list("amount", flat=True), ZERO)
        gone = sum((row.amount for row in rows if row.state == Refund.State.DONE), ZERO)
        if back - again != gone:
            yield f"{name}: {gone} given back, booked {back - again}"
        if payment.ledger.filter(kind="unplaced").exists() and payment.state not in NEVER_PAID:
            yield f"{name}: it came otherwise than asked, and counts as paid"
        if payment.state in {State.LATE, State.MISMATCH} and not _events_of(payment).filter(state="odd").exists():
            yield f"{name}: nobody is told to look at it"


def _events_of(payment: Payment) -> Any:
    by_name = PaymentEvent.objects.filter(provider=payment.provider, reference=payment.reference)
    return by_name | PaymentEvent.objects.filter(provider=payment.provider, provider_id=payment.provider_id or "-")


def _entries() -> Iterator[str]:
    for entry in LedgerEntry.objects.all():
        if entry.debit == entry.credit or entry.amount < 0:
            yield f"entry {entry} does not go from one account to another"


def _orders(in_store: bool) -> Iterator[str]:
    orders = {
        payment.order_id: payment.order for payment in Payment.objects.select_related("order__visit__appointment")
    }
    for pk, money in balances(list(orders.values())).items():
        order = orders[pk]
        wrong = _status(order.status, money)
        if wrong:
            yield f"order is {order.status}, but {wrong}: {money}"
        if money.over and not PaymentEvent.objects.filter(state="odd").exists():
            yield f"{money.over} too much was paid, and nobody is told"
        visit = order.visit
        booked = visit.appointment is not None and visit.appointment.state == Appointment.State.CONFIRMED
        if booked and not in_store and visit.pay_by != "in_store" and not _ever_paid(order):
            yield "booked but unpaid"
        if _holds_money(order) and not booked and order.status in {"paid", "part-paid"} and _jobs_open(order):
            yield f"paid but not booked (the visit is {visit.appointment.state})"
        if order.status in {"awaiting-payment", "released"} and visit.release_at and _holds_money(order):
            yield "paid, and to be released all the same"


def _status(status: str, money: Balance) -> str:
    """What contradicts an order's status in its sums; empty when nothing does."""
    rules = {
        "awaiting-payment": (money.kept == 0, "money is there"),
        "part-paid": (0 < money.kept < money.due, "all of it is there, or nothing"),
        "paid": (money.kept >= money.due and money.paid > 0, "it is not paid"),
        "part-refunded": (money.kept >= money.due and money.credited > 0, "not all is there, or nothing went back"),
        "refunded": (money.kept <= 0 and money.refunded > 0, "money is there, or none went back"),
        "released": (money.due == 0, "something is still asked"),
        "cancelled": (money.open == 0, "something is still asked"),
    }
    fine, why = rules[status]
    return "" if fine else why


def _ever_paid(order: Any) -> bool:
    """Money came once, or a bank promised it for later."""
    promised = Payment.objects.filter(order=order, capture="later").values_list("reference", flat=True)
    return (
        Payment.objects.filter(order=order, captured__gt=0).exists()
        or PaymentEvent.objects.filter(reference__in=promised, kind="authorised", state="applied").exists()
    )


def _holds_money(order: Any) -> bool:
    return Payment.objects.filter(order=order, state=State.SUCCEEDED, captured__gt=0).exists()


def _jobs_open(order: Any) -> bool:
    return order.job_rows.exclude(job__status="cancelled").exists()


def _holds(tables: Tables) -> Iterator[str]:
    """A bank keeps nothing for an order that has ended, but for what staff are shown."""
    held = [
        row["metadata"].get("reference")
        for row in tables.get("intents", {}).values()
        if row["status"] == "requires_capture"
    ]
    held += [row["custom_id"] for row in tables.get("holds", {}).values() if row["status"] == "CREATED"]
    for payment in Payment.objects.filter(reference__in=held).select_related("order"):
        odd = _events_of(payment).filter(kind="authorised", state="odd").exists()
        if payment.order.status in {"released", "cancelled"} and not odd:
            yield f"{payment.reference} ({payment.state}): a promise is kept, the order is {payment.order.status}"
    open_there = {*held, *_to_be_paid(tables)}
    for payment in Payment.objects.filter(reference__in=open_there, state=State.CANCELLED, provider_id__isnull=False):
        # A promise of another sum than was asked is shown to staff as it is.
        if not _events_of(payment).filter(kind__in=("not_closed", "authorised"), state="odd").exists():
            yield f"{payment.reference} was given up ({payment.detail}) and is open at the provider"


def _to_be_paid(tables: Tables) -> list[str]:
    """What somebody could still pay at Stripe, by our references. PayPal takes no money that we do not ask for."""
    waiting = {"requires_payment_method", "requires_confirmation", "requires_action"}
    intents = [row for row in tables.get("intents", {}).values() if row["status"] in waiting]
    pages = [row for row in tables.get("sessions", {}).values() if row["status"] == "open"]
    return [str(row["metadata"].get("reference")) for row in intents + pages]


def _events() -> Iterator[str]:
    for event in PaymentEvent.objects.filter(state="received"):
        yield f"{event.kind} {event.event_id} was never judged: {event.outcome}"


def _told_once() -> Iterator[str]:
    """One receipt and one mail for each payment that settled something."""
    late = set(
        PaymentEvent.objects.filter(kind="succeeded", outcome__startswith="Paid after").values_list(
            "reference", flat=True
        )
    )
    settled = Payment.objects.filter(ledger__kind__in=("paid", "deposit"), ledger__amount__gt=0).exclude(
        reference__in=late
    )
    wanted = sorted(settled.values_list("reference", flat=True))
    mails = Message.objects.filter(kind="payment.settled", channel="email").values_list("dedupe_key", flat=True)
    told = sorted(next((name for name in wanted if name in key), key) for key in mails)
    if told != wanted:
        yield f"mails for {told}, settled {wanted}"
    receipts = Document.objects.filter(kind="receipt").count()
    if receipts != len(wanted):
        yield f"{receipts} receipts for {len(wanted)} payments"


def _documents() -> Iterator[str]:
    for series in {document.series for document in Document.objects.select_related("series")}:
        numbers = list(Document.objects.filter(series=series).order_by("sequence").values_list("sequence", flat=True))
        if numbers != list(range(1, len(numbers) + 1)) or series.last_number != len(numbers):
            yield f"series {series} has the numbers {numbers}"
    for order_id in Document.objects.filter(kind="credit_note").values_list("order", flat=True).distinct():
        rows = Document.objects.filter(order=order_id)
        invoiced = sum(rows.filter(kind="invoice").values_list("total", flat=True), ZERO)
        credited = -sum(rows.filter(kind="credit_note").values_list("total", flat=True), ZERO)
        if credited > invoiced:
            yield f"{credited} credited of {invoiced} invoiced"


def _once_each(tables: Tables) -> Iterator[str]:
    """One payment at the provider for each of ours, however often it was asked for."""
    marks = [row["metadata"].get("reference") for row in tables.get("intents", {}).values()]
    marks += [row["purchase_units"][0].get("custom_id") for row in tables.get("orders", {}).values()]
    yield from (f"there are {marks.count(mark)} payments {mark}" for mark in set(marks) if marks.count(mark) > 1)
