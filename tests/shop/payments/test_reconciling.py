"""Our books and the provider's, side by side: what differs is found, what was lost is booked, midnight is no alarm."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
from django.conf import LazySettings

from shop.models import LedgerEntry, OrderVisit, Payment, PaymentEvent, Reconciliation, Refund
from shop.payments import inbox, ledger, nightly, providers, reconciling, refunds, starting, sweep
from tests import queue
from tests.factories import make_contact
from tests.shop.payments.factories import order_row
from tests.standins.faults import Fault
from tests.standins.server import STRIPE_SECRET, WEBHOOK_ID, StandIns

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 1, tzinfo=UTC)
STRIPE = {
    "secret_key": "sk_test_standin",
    "publishable_key": "pk_test_standin",
    "webhook_secrets": [STRIPE_SECRET],
    "timeout": 5.0,
    "sleep": lambda seconds: None,
}
PAYPAL = {
    "client_id": "standin",
    "client_secret": "a-client-secret",
    "webhook_id": WEBHOOK_ID,
    "timeout": 5.0,
    "sleep": lambda seconds: None,
}


@pytest.fixture
def bank(standins: StandIns, settings: LazySettings) -> StandIns:
    settings.PAYMENT_PROVIDERS = {
        "stripe": {"BACKEND": "shop.payments.stripe.Stripe", "OPTIONS": {**STRIPE, "api_base": standins.address}},
        "paypal": {"BACKEND": "shop.payments.paypal.PayPal", "OPTIONS": {**PAYPAL, "api_base": standins.address}},
        **settings.PAYMENT_PROVIDERS,
    }
    return standins


def stamp(bank: StandIns, at: datetime) -> None:
    """Let everything at the providers have happened at a moment."""
    for table in ("charges", "balance", "refunds", "disputes"):
        for row in bank.books.table(table).values():
            row["created"] = int(at.timestamp())
    for event in bank.events("stripe"):
        event["created"] = int(at.timestamp())
    for event in bank.events("paypal"):
        event["create_time"] = at.isoformat()


def asked(
    shop: Any, at: datetime = NOON, *, pay_by: str = "stripe", total: str = "467.98", currency: str = "GBP"
) -> Payment:
    """A payment that waits for the customer, for an order without a visit: any number of them, at any hour."""
    if not hasattr(shop, "payer"):
        shop.payer = make_contact(shop.site)
    order = order_row(total, currency)
    facts = {"site": shop.site, "contact": shop.payer, "pay_by": pay_by, "release_at": at + timedelta(hours=1)}
    OrderVisit.objects.create(order=order, **facts)
    ledger.ask(order=order, at=at)
    return starting.start(order=order, at=at, return_url="http://testserver/back/").payment


def pay(bank: StandIns, payment: Payment, at: datetime = NOON) -> None:
    """The customer pays and nobody tells us."""
    if payment.redirect_url and payment.provider == "stripe":
        requests.post(payment.redirect_url, {"card": "4242424242424242"}, allow_redirects=False, timeout=5)
    else:
        bank.do("stripe/pay", payment=payment.provider_id)
    stamp(bank, at)


def hear(bank: StandIns, provider: str = "stripe", at: datetime = NOON) -> None:
    """All their webhooks reach us, at this moment by our clock."""
    door = providers.named(provider)
    for event in bank.events(provider):
        body, headers = bank.post.letter(provider, event, at=at.timestamp())
        reports = door.read_webhook(body, headers, at=at)
        for row in inbox.keep(provider=provider, reports=reports, at=at):
            ledger.apply(row.pk, at=at)


def compared(provider: str = "stripe", day: date = DAY, at: datetime = NIGHT) -> dict[str, Reconciliation]:
    return {row.currency: row for row in reconciling.compare(provider=provider, date=day, at=at)}


def differences(rows: dict[str, Reconciliation]) -> list[tuple[str, str]]:
    return [(one["what"], one["kind"]) for row in rows.values() for one in row.differences]


def test_a_day_on_which_all_webhooks_came_agrees_to_the_cent_with_fees(bank: StandIns, shop: Any) -> None:
    pay(bank, asked(shop))
    hear(bank)
    row = compared()["GBP"]
    assert (row.state, row.differences, row.detail) == ("agrees", [], "")
    assert row.ours == row.theirs == {"came": "467.98", "back": "0.00", "held": "0.00", "fees": "7.21"}
    # The webhook told no fee; it is booked from the provider's list, once.
    assert LedgerEntry.objects.get(kind="fee").amount == Decimal("7.21")
    assert compared()["GBP"].state == "agrees"
    assert LedgerEntry.objects.filter(kind="fee").count() == 1


def test_a_lost_webhook_is_found_and_heals_itself(bank: StandIns, shop: Any) -> None:
    payment = asked(shop)
    pay(bank, payment)
    row = compared()["GBP"]
    payment.refresh_from_db()
    assert (payment.state, payment.order.status) == ("succeeded", "paid")
    assert (row.state, row.detail) == ("agrees", "1 movement had not reached us and was looked up.")
    hear(bank)  # the webhook comes after all
    assert LedgerEntry.objects.filter(kind="paid").count() == 1


def test_lost_news_of_refunds_and_disputes_heal_too(bank: StandIns, shop: Any) -> None:
    payment = asked(shop)
    pay(bank, payment)
    hear(bank)
    bank.do("stripe/refund", payment=payment.provider_id, minor=6798)
    dispute = bank.do("stripe/dispute", payment=payment.provider_id, minor=40000)
    stamp(bank, NOON)
    row = compared()["GBP"]
    assert row.state == "agrees", row.differences
    assert (row.ours["back"], row.ours["held"], row.ours["fees"]) == ("67.98", "400.00", "22.21")
    assert Refund.objects.get().reason == "provider"
    bank.do("stripe/close-dispute", dispute=dispute["id"], outcome="won")
    stamp(bank, NOON)
    row = compared()["GBP"]
    payment.refresh_from_db()
    assert (row.state, row.ours["held"], payment.state) == ("agrees", "0.00", "succeeded")
    hear(bank)
    assert LedgerEntry.objects.filter(kind__in=["refunded", "disputed", "dispute_won"]).count() == 3


def test_a_payment_made_past_us_is_shown_and_booked_nowhere(bank: StandIns, shop: Any) -> None:
    payment = asked(shop)
    pay(bank, payment)
    for charge in bank.books.table("charges").values():
        charge.update(payment_intent="pi_stranger", metadata={})
    bank.books.table("intents").pop(str(payment.provider_id))
    rows = compared()
    assert differences(rows) == [("only_theirs", "came")]
    [difference] = rows["GBP"].differences
    assert (difference["theirs"], difference["ours"], difference["order"]) == ("467.98 GBP", "", "")
    assert not LedgerEntry.objects.filter(kind="paid").exists()


def test_a_reference_of_ours_under_another_name_is_not_believed(bank: StandIns, shop: Any) -> None:
    payment = asked(shop)
    pay(bank, payment)
    for charge in bank.books.table("charges").values():
        charge["payment_intent"] = "pi_stranger"
        charge["metadata"] = {"reference": payment.reference}
    bank.books.table("intents")[str(payment.provider_id)]["status"] = "requires_payment_method"
    rows = compared()
    assert differences(rows) == [("only_theirs", "came")]
    assert rows["GBP"].differences[0]["order"] == "" and not PaymentEvent.objects.exists()
    payment.refresh_from_db()
    assert payment.state == "pending"


def test_another_amount_is_a_difference_and_both_sums_are_told(bank: StandIns, shop: Any) -> None:
    payment = asked(shop)
    pay(bank, payment)
    hear(bank)
    for charge in bank.books.table("charges").values():
        charge["amount_captured"] -= 100
    rows = compared()
    assert differences(rows) == [("amount", "came")]
    [one] = rows["GBP"].differences
    assert (one["ours"], one["theirs"], one["payment"]) == ("467.98 GBP", "466.98 GBP", payment.reference)
    assert rows["GBP"].state == "differs"


def test_another_fee_is_a_difference(bank: StandIns, shop: Any) -> None:
    pay(bank, asked(shop))
    hear(bank)
    compared()
    for row in bank.books.table("balance").values():
        row["fee"] += 10
    assert differences(compared()) == [("fee", "came")]


def test_what_only_our_books_have_is_a_difference(bank: StandIns, shop: Any) -> None:
    payment = asked(shop)
    pay(bank, payment)
    hear(bank)
    refund = refunds.ask(payment=Payment.objects.get(), amount=Decimal("10.00"), reason="goodwill", by=None, at=NOON)
    refunds.send(refund.pk, at=NOON)
    bank.books.table("refunds").clear()
    rows = compared()
    assert differences(rows) == [("only_ours", "back")]
    assert rows["GBP"].differences[0]["order"] == payment.order.number


def test_a_refund_that_failed_is_no_movement_on_either_side(bank: StandIns, shop: Any) -> None:
    payment = asked(shop)
    pay(bank, payment)
    hear(bank)
    refund = refunds.ask(payment=Payment.objects.get(), amount=Decimal("10.00"), reason="goodwill", by=None, at=NOON)
    refunds.send(refund.pk, at=NOON)
    refund.refresh_from_db()
    bank.do("stripe/end-refund", refund=refund.provider_id, state="failed")
    stamp(bank, NOON)
    hear(bank, at=NOON + timedelta(minutes=1))
    refund.refresh_from_db()
    assert refund.state == "failed"
    assert compared()["GBP"].state == "agrees"


def test_two_currencies_are_compared_apart_also_one_without_cents(bank: StandIns, shop: Any) -> None:
    pay(bank, asked(shop))
    pay(bank, asked(shop, total="48000", currency="JPY"))
    hear(bank)
    rows = compared()
    assert {name: row.state for name, row in rows.items()} == {"GBP": "agrees", "JPY": "agrees"}
    assert Decimal(rows["JPY"].ours["came"]) == Decimal(rows["JPY"].theirs["came"]) == 48000
    assert rows["GBP"].ours["came"] == "467.98"


@pytest.mark.parametrize("late", [timedelta(minutes=2), timedelta(days=3)])
def test_what_moved_before_midnight_and_was_booked_after_it_is_no_alarm(
    bank: StandIns, shop: Any, late: timedelta
) -> None:
    before = datetime(2026, 11, 23, 23, 59, 50, tzinfo=UTC)
    pay(bank, asked(shop, at=before - timedelta(hours=1)), at=before)
    hear(bank, at=before + late)
    assert compared(at=before + late)["GBP"].ours["came"] == "467.98"
    other = compared(day=(before + late).date(), at=before + late)
    assert list(other) == [""] and other[""].state == "agrees"


def test_midnight_is_no_alarm_either_where_the_provider_told_no_time(bank: StandIns, shop: Any) -> None:
    before = datetime(2026, 11, 23, 23, 59, 50, tzinfo=UTC)
    pay(bank, asked(shop, at=before - timedelta(hours=1)), at=before)
    hear(bank, at=before + timedelta(minutes=2))
    PaymentEvent.objects.update(happened_at=None)
    assert list(compared(day=DAY + timedelta(days=1))) == [""]


def test_a_quiet_day_is_written_down_as_agreed(bank: StandIns, shop: Any) -> None:
    assert {name: row.state for name, row in compared().items()} == {"": "agrees"}
    pay(bank, asked(shop))
    assert list(compared()) == ["GBP"]
    assert Reconciliation.objects.count() == 1


def test_a_provider_that_does_not_answer_leaves_the_day_unread_and_what_was_read_stays(
    bank: StandIns, shop: Any
) -> None:
    pay(bank, asked(shop))
    hear(bank)
    compared()
    bank.faults.add(Fault("500", times=1000))
    row = compared(at=NIGHT + timedelta(hours=1))["GBP"]
    assert (row.state, row.ours["came"], bool(row.detail)) == ("unread", "467.98", True)
    assert compared("paypal")[""].state == "unread"
    bank.faults.clear()


def test_paypal_is_compared_from_the_events_it_kept(bank: StandIns, shop: Any) -> None:
    payment = asked(shop, pay_by="paypal")
    bank.do("paypal/approve", order=payment.provider_id)
    stamp(bank, NOON)
    hear(bank, "paypal")
    queue.work_off()
    stamp(bank, NOON)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    row = compared("paypal")["GBP"]
    assert (row.state, row.theirs["came"]) == ("agrees", "467.98"), row.differences
    [capture] = bank.books.table("captures")
    bank.do("paypal/refund", capture=capture, value="7.98")
    stamp(bank, NOON)
    row = compared("paypal")["GBP"]
    assert (row.state, row.ours["back"], row.theirs["back"]) == ("agrees", "7.98", "7.98"), row.differences


def test_the_till_and_the_demo_bank_and_the_night(bank: StandIns, shop: Any, settings: LazySettings) -> None:
    assert nightly.days_to_compare(at=NIGHT) == [(name, DAY) for name in ("stripe", "paypal", "demo")]
    assert sweep.compare_days(at=NIGHT) == 3
    queue.work_off()
    assert set(Reconciliation.objects.values_list("provider", "state")) == {
        (name, "agrees") for name in ("stripe", "paypal", "demo")
    }
    assert nightly.days_to_compare(at=NIGHT) == []
    Reconciliation.objects.filter(provider="paypal").update(state="differs")
    later = NIGHT + timedelta(days=2)
    assert ("paypal", DAY) in nightly.days_to_compare(at=later)
    assert ("stripe", DAY) not in nightly.days_to_compare(at=later)
    assert ("stripe", DAY + timedelta(days=1)) in nightly.days_to_compare(at=later)


def test_every_night_each_open_payment_is_asked_once_however_old_it_is(bank: StandIns, shop: Any) -> None:
    payments = [asked(shop) for _ in range(nightly.PAGE + 2)]
    Payment.objects.update(created_at=NOON - timedelta(days=60))
    for payment in payments:
        bank.do("stripe/pay", payment=payment.provider_id)
    bank.calls.clear()
    assert sweep.look_up_open(at=NIGHT) == 2
    queue.work_off()
    names = [one["call"] for one in bank.calls if "/payment_intents/" in one["call"]]
    assert len(names) == len(set(names)) == len(payments)
    assert not Payment.objects.exclude(state="succeeded").exists()


def test_at_night_refunds_on_their_way_and_open_disputes_are_asked_about(bank: StandIns, shop: Any) -> None:
    payment = asked(shop)
    pay(bank, payment)
    hear(bank)
    bank.books.table("switches")["refund_state"] = "pending"
    refund = refunds.ask(payment=Payment.objects.get(), amount=Decimal("10.00"), reason="goodwill", by=None, at=NOON)
    refunds.send(refund.pk, at=NOON)
    dispute = bank.do("stripe/dispute", payment=payment.provider_id, minor=40000)
    hear(bank)
    payment.refresh_from_db()
    assert payment.state == "disputed"
    bank.books.table("refunds")[Refund.objects.get().provider_id]["status"] = "succeeded"
    bank.books.table("disputes")[dispute["id"]]["status"] = "lost"
    sweep.look_up_open(at=NIGHT)
    queue.work_off()
    payment.refresh_from_db()
    assert (payment.state, Refund.objects.get().state) == ("lost", "done")


def test_differences_are_plain_json(bank: StandIns, shop: Any) -> None:
    payment = asked(shop)
    pay(bank, payment)
    hear(bank)
    bank.books.table("charges").clear()
    json.dumps(compared()["GBP"].differences)
    assert PaymentEvent.objects.filter(state="odd").count() == 0
