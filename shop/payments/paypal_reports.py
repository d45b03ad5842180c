"""What PayPal's orders, captures and events say, as reports.

Source: https://developer.paypal.com/docs/api/orders/v2/, /payments/v2/ and /webhooks/event-names. A payment is known by
its order; our reference is the order's `custom_id` and `invoice_id`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from shop.payments.base import Report, ReportKind

CAPTURE_KINDS: dict[str, ReportKind] = {
    "COMPLETED": "succeeded",
    "PARTIALLY_REFUNDED": "succeeded",
    "REFUNDED": "succeeded",
    "DECLINED": "failed",
    "DENIED": "failed",
    "FAILED": "failed",
}
HOLD_KINDS: dict[str, ReportKind] = {
    "CREATED": "authorised",
    "VOIDED": "cancelled",
    "EXPIRED": "cancelled",
    "DENIED": "failed",
}
REFUND_STATES: dict[str, Literal["succeeded", "failed"]] = {
    "COMPLETED": "succeeded",
    "FAILED": "failed",
    "CANCELLED": "failed",
}
CAPTURE_EVENTS = {"PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.DENIED", "PAYMENT.CAPTURE.DECLINED"}
HOLD_EVENTS = {"PAYMENT.AUTHORIZATION.CREATED", "PAYMENT.AUTHORIZATION.VOIDED"}
REFUND_EVENTS: dict[str, ReportKind] = {
    "PAYMENT.CAPTURE.REFUNDED": "refunded",
    "PAYMENT.CAPTURE.REVERSED": "reversed",
    "PAYMENT.REFUND.FAILED": "refund_failed",
}
# The same event tells of a refund that waits (an eCheck): https://developer.paypal.com/api/payments/v2/definitions/refund_status
REFUND_KINDS: dict[str, ReportKind] = {
    "PENDING": "refund_pending",
    "FAILED": "refund_failed",
    "CANCELLED": "refund_failed",
}
REFUND_MARKS = {"refund_pending": "pending", "refund_failed": "failed"}
OUTCOMES: dict[str, ReportKind] = {
    "RESOLVED_BUYER_FAVOUR": "dispute_lost",
    "ACCEPTED": "dispute_lost",
    "RESOLVED_SELLER_FAVOUR": "dispute_won",
    "RESOLVED_WITH_PAYOUT": "dispute_won",  # PayPal pays the buyer itself
    "CANCELED_BY_BUYER": "dispute_won",
    "DENIED": "dispute_won",
}
CaptureOf = Callable[[str], Mapping[str, Any] | None]
Thing = Mapping[str, Any]


def of_order(order: Thing, *, live: bool) -> Report | None:
    """What became of an order; None while the customer, or PayPal, has not decided. A new status is `other`."""
    status, name = order.get("status"), str(order.get("id") or "")
    for hold in _payments(order, "captures")[:1] or _payments(order, "authorizations")[:1]:
        kinds = CAPTURE_KINDS if _payments(order, "captures") else HOLD_KINDS
        if hold.get("status") == "PENDING":
            return None
        return _of_money(hold, kinds, order=order, live=live)
    if status in {"CREATED", "SAVED", "PAYER_ACTION_REQUIRED"}:
        return None
    kind: ReportKind = {"APPROVED": "authorised", "VOIDED": "cancelled"}.get(str(status), "other")  # type: ignore[assignment]
    mark = kind if kind != "other" else str(status)
    return _report(unit_of(order), f"{name}:{mark}", kind, provider_id=name, live=live, body=order)


def of_capture(capture: Thing, *, live: bool, order: Thing | None = None) -> Report:
    """What a capture says; `other` while PayPal has not decided."""
    return _of_money(capture, CAPTURE_KINDS, order=order, live=live)


def of_event(event: Thing, *, live: bool, capture_of: CaptureOf) -> Report:
    """What an event says. `capture_of` finds the capture of a refund or a dispute that does not carry our reference."""
    name, thing = str(event.get("event_type", "")), _thing(event.get("resource"))
    report: Report | None = None
    if name in {"CHECKOUT.ORDER.APPROVED", "CHECKOUT.PAYMENT-APPROVAL.REVERSED"}:
        report = _of_approval(thing, reversed_=name.endswith("REVERSED"), live=live)
    elif name in CAPTURE_EVENTS:
        report = of_capture(thing, live=live)
    elif name in HOLD_EVENTS:
        report = _of_money(thing, HOLD_KINDS, order=None, live=live)
    elif name in REFUND_EVENTS:
        kind = REFUND_EVENTS[name]
        kind = kind if kind == "refund_failed" else REFUND_KINDS.get(str(thing.get("status")), kind)
        report = _of_refund(thing, kind, capture_of, live=live)
    elif name in {"CUSTOMER.DISPUTE.CREATED", "CUSTOMER.DISPUTE.RESOLVED"}:
        report = _of_dispute(thing, capture_of, live=live, resolved=name.endswith("RESOLVED"))
    if report is None or report.kind == "other":
        report = _report(thing, str(event.get("id")), "other", provider_id=_order_id(thing), live=live, body=event)
    return replace(report, at=moment(event.get("create_time")), body=dict(event))


def of_refund(refund: Thing, capture_of: CaptureOf, *, live: bool) -> Report | None:
    """What a refund says; None while PayPal or a bank has not decided."""
    kinds: dict[str, ReportKind] = {"succeeded": "refunded", "failed": "refund_failed"}
    state = REFUND_STATES.get(str(refund.get("status")))
    return _of_refund(refund, kinds[state], capture_of, live=live) if state else None


def unit_of(order: Thing) -> Thing:
    """The one purchase unit of our orders."""
    units = order.get("purchase_units")
    return _thing(units[0]) if isinstance(units, list) and units else {}


def refund_of(order: Thing, mark: str) -> Thing | None:
    """The refund of an order that carries our mark; None where none went under it."""
    return next((refund for refund in _payments(order, "refunds") if refund.get("invoice_id") == mark), None)


def first(order: Thing, what: Literal["captures", "authorizations"]) -> Thing | None:
    """The capture or the authorisation of an order, if there is one."""
    return next(iter(_payments(order, what)), None)


def sum_of(thing: Thing) -> tuple[Decimal | None, str]:
    """Amount and currency of an order's unit, a capture or a refund."""
    money = _thing(thing.get("amount"))
    return _amount(money), str(money.get("currency_code") or "")


def link(thing: Thing, rel: str) -> str:
    """Where a link of PayPal's leads; empty when there is none of that name."""
    links = thing.get("links")
    found = [one for one in links if isinstance(one, Mapping)] if isinstance(links, list) else []
    return next((str(one.get("href") or "") for one in found if one.get("rel") == rel), "")


def moment(text: Any) -> datetime | None:
    """PayPal's time (RFC 3339); None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _of_approval(order: Thing, *, reversed_: bool, live: bool) -> Report | None:
    """An order that the customer approved, or that lapsed before anybody took the money. One that is to be held first
    says nothing yet: PayPal holds the money only when it is asked to, and tells of that."""
    if reversed_:
        name = str(order.get("id") or order.get("order_id") or "")
        return _report(unit_of(order), f"{name}:cancelled", "cancelled", provider_id=name, live=live, body=order)
    return of_order(order, live=live) if order.get("intent") != "AUTHORIZE" else None


def _of_money(thing: Thing, kinds: Mapping[str, ReportKind], *, order: Thing | None, live: bool) -> Report:
    """A capture or an authorisation, alone or in its order: the order knows what the thing itself leaves out."""
    kind = kinds.get(str(thing.get("status")), "other")
    unit = unit_of(order) if order else {}
    told = {"payee": unit.get("payee"), "custom_id": unit.get("custom_id"), "invoice_id": unit.get("invoice_id")}
    whole = {**told, **{name: value for name, value in thing.items() if value}}
    provider_id = str((order or {}).get("id") or _order_id(thing))
    mark = kind if kind != "other" else thing.get("status")
    report = _report(whole, f"{thing.get('id')}:{mark}", kind, provider_id=provider_id, live=live, body=order or thing)
    fee = _thing(_thing(thing.get("seller_receivable_breakdown")).get("paypal_fee"))
    return replace(report, fee=_amount(fee) if fee.get("currency_code") == report.currency else None)


def _of_refund(refund: Thing, kind: ReportKind, capture_of: CaptureOf, *, live: bool) -> Report:
    name = str(refund.get("id") or "")
    mark = REFUND_MARKS.get(kind, "refunded")
    report = _report(refund, f"{name}:{mark}", kind, provider_id=_order_id(refund), live=live, body=refund)
    if not report.reference:
        report = _owned(report, capture_of(link(refund, "up").rstrip("/").rpartition("/")[2]))
    return replace(report, refund_id=name)


def _of_dispute(dispute: Thing, capture_of: CaptureOf, *, live: bool, resolved: bool) -> Report | None:
    outcome = str(_thing(dispute.get("dispute_outcome")).get("outcome_code"))
    kind = OUTCOMES.get(outcome) if resolved else "dispute_opened"
    if kind is None:
        return None
    disputed = dispute.get("disputed_transactions")
    sale = _thing(disputed[0]) if isinstance(disputed, list) and disputed else {}
    whole = {
        "custom_id": sale.get("custom"),
        "invoice_id": sale.get("invoice_number"),
        "amount": dispute.get("dispute_amount"),
        "create_time": dispute.get("create_time"),
        "payee": sale.get("seller"),
    }
    report = _report(whole, f"{dispute.get('dispute_id')}:{kind}", kind, provider_id="", live=live, body=dispute)
    return report if report.reference else _owned(report, capture_of(str(sale.get("seller_transaction_id") or "")))


def _owned(report: Report, capture: Thing | None) -> Report:
    """The report with the payment that a capture belongs to."""
    if not capture:
        return report
    reference = str(capture.get("custom_id") or capture.get("invoice_id") or "")
    return replace(report, provider_id=_order_id(capture), reference=reference)


def _report(thing: Thing, event_id: str, kind: ReportKind, *, provider_id: str, live: bool, body: Thing) -> Report:
    amount, currency = sum_of(thing)
    return Report(
        event_id=event_id,
        kind=kind,
        provider_id=provider_id,
        reference=str(thing.get("custom_id") or thing.get("invoice_id") or ""),
        amount=amount,
        currency=currency,
        live=live,
        account=account_of(thing),
        at=moment(thing.get("update_time") or thing.get("create_time") or body.get("create_time")),
        body=dict(body),
    )


def account_of(thing: Thing) -> str:
    """PayPal's name for the account that is paid; empty where it is not told."""
    return str(_thing(thing.get("payee")).get("merchant_id") or "")


def _payments(order: Thing, what: str) -> list[Thing]:
    found = _thing(unit_of(order).get("payments")).get(what)
    return [thing for thing in found if isinstance(thing, Mapping)] if isinstance(found, list) else []


def _order_id(thing: Thing) -> str:
    return str(_thing(_thing(thing.get("supplementary_data")).get("related_ids")).get("order_id") or "")


def _amount(money: Thing) -> Decimal | None:
    try:
        return Decimal(str(money["value"]))
    except (KeyError, InvalidOperation):
        return None


def _thing(value: Any) -> Thing:
    return value if isinstance(value, Mapping) else {}
