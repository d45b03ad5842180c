"""A refund is believed when it is done, and undone when it comes back: whatever it was of, and whoever told us."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from cms.sites import shop_settings
from shop.counter import odd
from shop.models import LedgerEntry, Payment, PaymentEvent, Refund
from shop.payments import closing, demo_bank, handling, nightly, our_books, refunds, starting
from shop.payments.base import Refunded, Report
from shop.payments.demo import Demo
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order
from tests.shop.test_ledger import BACK, told

pytestmark = pytest.mark.django_db
WRONG, TEN = Decimal("500.00"), Decimal("10.00")
NIGHT = SHOP_TIME + timedelta(hours=14)


@pytest.fixture
def payment(shop: Any) -> Payment:
    return starting.start(order=make_order(shop), at=SHOP_TIME, return_url=BACK).payment


@pytest.fixture
def wrong(payment: Payment) -> Payment:
    """A payment of which 500.00 GBP came though 467.98 was asked, and all of it went back."""
    told(payment, amount=WRONG)
    told(payment, "refunded", amount=WRONG, refund_id="re_1")
    return payment


def with_provider(payment: Payment) -> Decimal:
    """What our books say the provider has of us."""
    rows = LedgerEntry.objects.filter(payment=payment)
    return sum((row.amount * ((row.debit == "provider") - (row.credit == "provider")) for row in rows), Decimal(0))


def given_back(payment: Payment, amount: Decimal = TEN) -> Refund:
    """A refund that is done, by our books and by the bank's answer."""
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    refund = refunds.ask(payment=payment, amount=amount, reason=Refund.Reason.GOODWILL, by=None, at=SHOP_TIME)
    refunds.send(refund.pk, at=SHOP_TIME)
    refund.refresh_from_db()
    return refund


def says(monkeypatch: pytest.MonkeyPatch, kind: Any) -> list[str]:
    """From now on the bank says this of every refund that it is asked about; answers with their names."""
    asked: list[str] = []

    def follow_up(self: Demo, what: str, about_id: str) -> Report:
        asked.append(about_id)
        refund = Refund.objects.select_related("payment").get(provider_id=about_id)
        mark = {"refunded": "refunded", "refund_failed": "failed"}[kind]
        return Report(
            event_id=f"{about_id}:{mark}",
            kind=kind,
            provider_id=str(refund.payment.provider_id),
            reference=refund.payment.reference,
            amount=refund.amount,
            currency=refund.currency,
            live=False,
            refund_id=about_id,
        )

    monkeypatch.setattr(Demo, "follow_up", follow_up)
    return asked


def test_a_wrong_sum_that_comes_back_is_a_wrong_sum_again_and_pays_nothing(wrong: Payment) -> None:
    assert (wrong.state, wrong.order.status, with_provider(wrong)) == ("refunded", "awaiting-payment", 0)
    told(wrong, "refund_failed", amount=WRONG, refund_id="re_1")
    assert (wrong.state, wrong.returned, wrong.order.status) == ("mismatch", 0, "awaiting-payment")
    assert wrong.detail == "500.00 GBP came, 467.98 GBP was asked."
    assert with_provider(wrong) == WRONG
    row = LedgerEntry.objects.get(kind="unplaced_again")
    assert (row.debit, row.credit, row.amount) == ("provider", "suspense", WRONG)
    assert refunds.left(wrong) == WRONG, "it may be given back another time"


def test_a_wrong_currency_comes_back_in_the_currency_in_which_it_came(payment: Payment) -> None:
    told(payment, currency="EUR")
    told(payment, "refunded", currency="EUR", refund_id="re_1")
    told(payment, "refund_failed", currency="EUR", refund_id="re_1")
    assert LedgerEntry.objects.get(kind="unplaced_again").currency == "EUR"


def test_a_wrong_sum_that_comes_back_is_shown_to_staff_again_with_what_to_do(wrong: Payment, shop: Any) -> None:
    handling.mark(wrong, note="Given back.", by=None, at=SHOP_TIME)
    assert not odd.payments_of(shop.site).exists()
    told(wrong, "refund_failed", amount=WRONG, refund_id="re_1")
    [case] = odd.cases(odd.payments_of(shop.site), site=shop.site)
    assert (case.payment.pk, case.todo.where) == (wrong.pk, "refund")
    assert odd.refunds_of(shop.site).exists()


def test_a_wrong_sum_that_came_back_is_no_movement_and_in_no_till(wrong: Payment, shop: Any) -> None:
    told(wrong, "refund_failed", amount=WRONG, refund_id="re_1")
    assert [one.kind for one in our_books.booked("demo", [wrong.pk]).values()] == ["came"]
    [till] = closing.tills(site=shop.site, day=SHOP_TIME.date(), at=NIGHT, zone=shop_settings(shop.site).zone)
    assert (till.ways["demo"].taken, till.ways["demo"].back) == (WRONG, 0)


def test_a_refund_that_was_done_and_came_back_unheard_is_found_at_night(
    payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(payment)
    refund = given_back(payment)
    asked = says(monkeypatch, "refund_failed")
    for _night in range(2):
        nightly.look_up_page("refunds", 0, at=NIGHT)
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, payment.returned, with_provider(payment)) == ("failed", 0, Decimal("467.98"))
    assert asked == [refund.provider_id], "what has failed is not asked about any more"
    assert PaymentEvent.objects.get(kind="refund_failed").state == "odd"


def test_a_refund_that_stays_done_is_asked_about_for_35_days_and_changes_nothing(
    payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(payment)
    refund = given_back(payment)
    asked = says(monkeypatch, "refunded")
    for days in (1, 34, 36):
        nightly.look_up_page("refunds", 0, at=SHOP_TIME + timedelta(days=days))
    refund.refresh_from_db()
    assert (len(asked), refund.state) == (2, "done")
    assert LedgerEntry.objects.filter(kind="refunded").count() == 1


def test_a_refund_that_waits_is_reserved_and_booked_only_when_it_is_done(payment: Payment) -> None:
    told(payment)
    event = told(payment, "refund_pending", amount=TEN, refund_id="re_theirs")
    refund = Refund.objects.get()
    assert (event.state, refund.state, refund.reason, payment.returned) == ("applied", "sent", "provider", TEN)
    assert not LedgerEntry.objects.filter(kind="refunded").exists()
    assert payment.order.status == "paid"
    told(payment, "refunded", amount=TEN, refund_id="re_theirs")
    assert told(payment, "refund_pending", amount=TEN, refund_id="re_theirs").state == "ignored"
    refund.refresh_from_db()
    assert (refund.state, payment.returned, Refund.objects.count()) == ("done", TEN, 1)


def test_a_refund_that_waited_and_failed_moved_nothing(payment: Payment) -> None:
    told(payment)
    told(payment, "refund_pending", amount=TEN, refund_id="re_theirs")
    told(payment, "refund_failed", amount=TEN, refund_id="re_theirs")
    assert (Refund.objects.get().state, payment.returned, payment.order.status) == ("failed", 0, "paid")
    assert with_provider(payment) == Decimal("467.98")
    assert told(payment, "refund_pending", amount=TEN, refund_id="re_theirs").state == "ignored"


def test_our_own_refund_that_waits_is_not_a_second_one(payment: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
    told(payment)
    ours = refunds.ask(payment=payment, amount=TEN, reason=Refund.Reason.GOODWILL, by=None, at=SHOP_TIME)
    told(payment, "refund_pending", amount=TEN, refund_id="re_1")
    monkeypatch.setattr(Demo, "refund", lambda *args: Refunded("re_1", "pending"))
    refunds.send(ours.pk, at=SHOP_TIME)
    ours.refresh_from_db()
    assert (ours.state, ours.provider_id, Refund.objects.count()) == ("sent", "re_1", 1)
