"""Messages as the providers send them, one file per case, and what each of them says in our words."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shop.payments import paypal_reports, stripe_reports

FOLDER = Path(__file__).parent / "payloads"
PI, CS, ORDER = "pi_3QRecorded", "cs_test_a1Recorded", "5O190127TN364715T"
CAPTURE, HOLD = "3C679366HH908993F", "0AW2184448108334S"
SUM = "467.98 GBP"
OURS = {"id": PI, "metadata": {"reference": "P-23456789"}}
OURS_AT_PAYPAL = {"custom_id": "P-23456789", "supplementary_data": {"related_ids": {"order_id": ORDER}}}

# case: kind, event id, payment at the provider, sum
STRIPE = {
    "intent_succeeded": ("succeeded", f"{PI}:succeeded", PI, SUM),
    "intent_declined_insufficient_funds": ("failed", f"{PI}:failed:ch_3QRecorded", PI, SUM),
    "intent_held": ("authorised", f"{PI}:authorised", PI, SUM),
    "intent_canceled": ("cancelled", f"{PI}:cancelled", PI, SUM),
    "intent_succeeded_jpy": ("succeeded", f"{PI}:succeeded", PI, "500 JPY"),
    "intent_succeeded_kwd": ("succeeded", f"{PI}:succeeded", PI, "1.230 KWD"),
    "intent_succeeded_isk": ("succeeded", f"{PI}:succeeded", PI, "500.00 ISK"),
    "intent_succeeded_live_connected_account": ("succeeded", f"{PI}:succeeded", PI, SUM),
    "page_paid": ("succeeded", f"{PI}:succeeded", CS, SUM),
    "page_left_open_and_expired": ("cancelled", f"{CS}:cancelled", CS, SUM),
    "page_slow_payment_failed": ("failed", f"{CS}:failed", CS, SUM),
    "page_slow_payment_not_there_yet": ("other", "evt_3QRecorded", CS, None),
    "refund_of_ours": ("refunded", "re_3QRecorded:refunded", PI, "2.50 GBP"),
    "refund_failed_at_the_bank": ("refund_failed", "re_3QRecorded:failed", PI, "2.50 GBP"),
    "refund_pending": ("refund_pending", "re_3QRecorded:pending", PI, "2.50 GBP"),
    "refund_in_the_dashboard": ("refunded", "re_3QRecorded:refunded", PI, "2.50 GBP"),
    "dispute_opened": ("dispute_opened", "dp_1QRecorded:dispute_opened", PI, SUM),
    "dispute_won": ("dispute_won", "dp_1QRecorded:dispute_won", PI, SUM),
    "dispute_lost": ("dispute_lost", "dp_1QRecorded:dispute_lost", PI, SUM),
    "dispute_inquiry_closed": ("inquiry_closed", "dp_1QRecorded:inquiry_closed", PI, SUM),
    "payout_that_is_not_ours_to_judge": ("other", "evt_3QRecorded", "", None),
}
PAYPAL = {
    "order_approved": ("authorised", f"{ORDER}:authorised", ORDER, SUM),
    "order_approved_and_never_captured": ("cancelled", f"{ORDER}:cancelled", ORDER, SUM),
    "capture_completed": ("succeeded", f"{CAPTURE}:succeeded", ORDER, SUM),
    "capture_completed_with_a_fee_in_other_money": ("succeeded", f"{CAPTURE}:succeeded", ORDER, SUM),
    "capture_denied": ("failed", f"{CAPTURE}:failed", ORDER, SUM),
    "capture_pending": ("other", "WH-RECORDED-1", ORDER, SUM),
    "capture_completed_jpy": ("succeeded", f"{CAPTURE}:succeeded", ORDER, "500 JPY"),
    "hold_placed": ("authorised", f"{HOLD}:authorised", ORDER, SUM),
    "hold_voided": ("cancelled", f"{HOLD}:cancelled", ORDER, SUM),
    "refund_of_ours": ("refunded", "1JU08902781691411:refunded", "", "2.50 GBP"),
    "refund_on_paypals_site": ("refunded", "1JU08902781691411:refunded", ORDER, "2.50 GBP"),
    "refund_failed": ("refund_failed", "1JU08902781691411:failed", "", "2.50 GBP"),
    "capture_reversed_by_a_bank": ("reversed", "1JU08902781691411:refunded", "", SUM),
    "dispute_opened": ("dispute_opened", "PP-D-RECORDED:dispute_opened", "", SUM),
    "dispute_won": ("dispute_won", "PP-D-RECORDED:dispute_won", "", SUM),
    "dispute_lost": ("dispute_lost", "PP-D-RECORDED:dispute_lost", "", SUM),
    "payout_that_is_not_ours_to_judge": ("other", "WH-RECORDED-1", "", None),
}


def recorded(provider: str, case: str) -> dict[str, Any]:
    return json.loads((FOLDER / provider / f"{case}.json").read_text())


def stripe_report(case: str) -> Any:
    return stripe_reports.of_event(recorded("stripe", case), intent_of={PI: OURS}.get)


def paypal_report(case: str) -> Any:
    return paypal_reports.of_event(recorded("paypal", case), live=False, capture_of={CAPTURE: OURS_AT_PAYPAL}.get)


def told(report: Any) -> tuple[Any, ...]:
    money = None if report.amount is None else f"{report.amount} {report.currency}"
    return report.kind, report.event_id, report.provider_id, money


@pytest.mark.parametrize("case", STRIPE)
def test_what_stripe_says(case: str) -> None:
    report = stripe_report(case)
    assert told(report) == STRIPE[case]
    assert report.reference == ("" if case in {"payout_that_is_not_ours_to_judge"} else "P-23456789")
    assert report.at is not None and report.body == recorded("stripe", case)


@pytest.mark.parametrize("case", PAYPAL)
def test_what_paypal_says(case: str) -> None:
    report = paypal_report(case)
    assert told(report) == PAYPAL[case]
    assert report.reference == ("" if case == "payout_that_is_not_ours_to_judge" else "P-23456789")
    assert report.at is not None and report.body == recorded("paypal", case)


@pytest.mark.parametrize(("provider", "cases"), [("stripe", STRIPE), ("paypal", PAYPAL)])
def test_every_recorded_message_is_read(provider: str, cases: dict[str, Any]) -> None:
    assert {file.stem for file in (FOLDER / provider).iterdir()} == set(cases)


def test_mode_and_account_are_told() -> None:
    report = stripe_report("intent_succeeded_live_connected_account")
    assert (report.live, report.account) == (True, "acct_1QRecorded")
    assert paypal_report("capture_completed").account == "MENDWELLSHOP1"


def test_a_fee_is_told_in_the_payments_own_money_only() -> None:
    assert paypal_report("capture_completed").fee == Decimal("13.87")
    assert paypal_report("capture_completed_with_a_fee_in_other_money").fee is None
    booked = {"id": "txn_1", "fee": 700, "currency": "gbp"}
    paid = recorded("stripe", "intent_succeeded")["data"]["object"]
    for currency, fee in (("gbp", Decimal("7.00")), ("eur", None)):
        charge = {"id": "ch_1", "balance_transaction": {**booked, "currency": currency}}
        report = stripe_reports.of_intent({**paid, "latest_charge": charge})
        assert report is not None and report.fee == fee


def test_two_refunds_are_two_events_with_their_own_sums() -> None:
    event = recorded("stripe", "refund_of_ours")
    other = {**event, "data": {"object": {**event["data"]["object"], "id": "re_other", "amount": 100}}}
    first, second = (stripe_reports.of_event(one, intent_of=lambda name: None) for one in (event, other))
    assert (first.refund_id, first.amount) != (second.refund_id, second.amount)
    assert first.event_id != second.event_id
