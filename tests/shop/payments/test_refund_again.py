"""A refund whose answer was lost goes once, however long ago that was; and none goes while a bank holds the money.

Both providers, real HTTP to the stand-ins, which forget their keys as the providers do after a day or more.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from shop.models import LedgerEntry, OrderVisit, Payment, PaymentEvent, Refund
from shop.payments import inbox, ledger, refunds, sweep
from shop.payments.base import Report, Unavailable
from tests import queue
from tests.shop.payments.test_cases import OPENED, Case, case, name, paid  # noqa: F401 - fixtures
from tests.standins.faults import Fault

pytestmark = pytest.mark.django_db
PART = Decimal("67.98")
SENDS = {"stripe": "POST /v1/refunds", "paypal": "POST /v2/payments/captures/.*"}
LOOKS = {"stripe": "GET /v1/refunds", "paypal": "GET /v2/checkout/orders/.*"}
TABLES = {"stripe": ("refunds", "stripe_keys"), "paypal": ("paypal_refunds", "paypal_keys")}
HELD = "The customer disputes this payment at the bank: what becomes of it is settled there."
DAY = timedelta(hours=25)


def ask(case: Case) -> Refund:  # noqa: F811 - a fixture's value
    return refunds.ask(payment=case.payment, amount=PART, reason=Refund.Reason.GOODWILL, by=None, at=timezone.now())


def there(case: Case) -> list[str]:  # noqa: F811
    """The refunds that the provider has."""
    return list(case.standins.books.table(TABLES[case.name][0]))


def lose_the_answer(case: Case, refund: Refund) -> None:  # noqa: F811
    """It goes, but nobody hears of that, and the provider forgets the key."""
    case.standins.faults.add(Fault("reset", SENDS[case.name], times=99, after=True))
    with pytest.raises(Unavailable):
        refunds.send(refund.pk, at=timezone.now())
    case.standins.faults.clear()
    case.standins.books.table(TABLES[case.name][1]).clear()
    assert len(there(case)) == 1


def booked(payment: Payment) -> list[Decimal]:
    return list(LedgerEntry.objects.filter(payment=payment, kind="refunded").values_list("amount", flat=True))


def sent(case: Case) -> int:  # noqa: F811
    """How often money was asked to go back."""
    method, _space, path = SENDS[case.name].partition(" ")
    start = f"{method} {path.removesuffix('.*')}"
    return sum(
        call["call"].startswith(start) and call["call"].endswith(("refund", "refunds")) for call in case.standins.calls
    )


def test_a_refund_that_went_unheard_is_not_sent_again_when_its_key_is_forgotten(paid: Case) -> None:  # noqa: F811
    refund = ask(paid)
    lose_the_answer(paid, refund)
    before = sent(paid)
    assert sweep.queue_refunds(at=timezone.now() + DAY) == 1
    queue.work_off()
    refund.refresh_from_db()
    assert (there(paid), refund.state, sent(paid)) == ([refund.provider_id], "done", before)
    assert (booked(paid.payment), paid.payment.returned) == ([PART], PART)


def test_a_refund_that_never_went_is_sent_the_next_time(paid: Case) -> None:  # noqa: F811
    paid.back("1.00")  # another one, made there
    refund = ask(paid)
    paid.standins.faults.add(Fault("500", SENDS[paid.name], times=99))
    with pytest.raises(Unavailable):
        refunds.send(refund.pk, at=timezone.now())
    paid.standins.faults.clear()
    paid.standins.books.table(TABLES[paid.name][1]).clear()
    refunds.send(refund.pk, at=timezone.now() + DAY)
    refund.refresh_from_db()
    assert (len(there(paid)), there(paid)[-1], refund.state) == (2, refund.provider_id, "done")


def test_two_refunds_of_one_sum_are_told_apart(paid: Case) -> None:  # noqa: F811
    first, second = ask(paid), ask(paid)
    lose_the_answer(paid, second)
    refunds.send(first.pk, at=timezone.now())
    refunds.send(second.pk, at=timezone.now() + DAY)
    first.refresh_from_db()
    second.refresh_from_db()
    assert there(paid) == [second.provider_id, first.provider_id]
    assert booked(paid.payment) == [PART, PART]


def test_nothing_is_sent_while_the_provider_cannot_say_what_went(paid: Case) -> None:  # noqa: F811
    refund = ask(paid)
    lose_the_answer(paid, refund)
    before = sent(paid)
    paid.standins.faults.add(Fault("500", LOOKS[paid.name], times=99))
    with pytest.raises(Unavailable):
        refunds.send(refund.pk, at=timezone.now() + DAY)
    refund.refresh_from_db()
    assert (refund.state, refund.tries, sent(paid)) == ("asked", 2, before)
    paid.standins.faults.clear()
    refunds.send(refund.pk, at=timezone.now() + 2 * DAY)
    refund.refresh_from_db()
    assert (refund.state, len(there(paid)), booked(paid.payment)) == ("done", 1, [PART])


def test_what_a_bank_holds_is_not_sent_and_is_free_again(paid: Case) -> None:  # noqa: F811
    refund = ask(paid)
    OrmQ.objects.all().delete()  # the worker has not come to it
    paid.dispute()
    paid.send(paid.events(OPENED[paid.name])[-1])
    assert sweep.queue_refunds(at=timezone.now() + timedelta(minutes=10)) == 1
    queue.work_off()
    refund.refresh_from_db()
    payment = paid.payment
    assert (payment.state, payment.returned, there(paid)) == ("disputed", 0, [])
    assert (refund.state, refund.detail) == ("failed", HELD)


@pytest.mark.parametrize("went", [True, False])
def test_of_what_was_sent_before_the_dispute_the_provider_tells_whether_it_went(paid: Case, went: bool) -> None:  # noqa: F811
    refund = ask(paid)
    lose_the_answer(paid, refund)
    if not went:
        paid.standins.books.table(TABLES[paid.name][0]).clear()
    Payment.objects.update(state="disputed")
    before = sent(paid)
    refunds.send(refund.pk, at=timezone.now() + DAY)
    refund.refresh_from_db()
    assert sent(paid) == before
    if went:
        assert (refund.state, booked(paid.payment), paid.payment.returned) == ("done", [PART], PART)
    else:
        assert (refund.state, refund.detail, paid.payment.returned) == ("failed", HELD, 0)


def test_news_of_a_name_that_cannot_be_looked_up_are_kept_for_staff(paid: Case) -> None:  # noqa: F811
    paid.back("1.00")
    kind = {"stripe": "refund.created", "paypal": "PAYMENT.CAPTURE.REFUNDED"}[paid.name]
    event = paid.events(kind)[-1]
    if paid.name == "stripe":
        event["data"]["object"]["payment_intent"] = "no such intent"
    else:
        event["resource"]["links"] = [{"rel": "up", "href": "https://api.paypal.com/v2/payments/captures/x%00"}]
    paid.standins.faults.add(Fault("refuse", "GET .*", times=99))
    assert paid.send(event) == 200
    row = PaymentEvent.objects.get(kind="refunded")
    for _ in range(5):
        ledger.apply(row.pk, at=timezone.now())
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("odd", "We know no such payment.")


def test_a_promise_of_another_sum_is_given_back_to_the_bank_and_shown_to_staff(case: Case) -> None:  # noqa: F811
    OrderVisit.objects.update(capture="later", due_now=Decimal("100.00"))
    case.order.visit.refresh_from_db()
    payment = case.start()
    Payment.objects.update(amount=Decimal("99.00"))  # as if another sum were promised than was asked
    if case.name == "stripe":
        case.standins.do("stripe/pay", payment=payment.provider_id)
        case.send(case.events("payment_intent.amount_capturable_updated")[-1])
    else:
        case.standins.do("paypal/approve", order=payment.provider_id)
        case.send(case.events("CHECKOUT.ORDER.APPROVED")[-1])
        sweep.look_up_payments(at=timezone.now() + timedelta(minutes=11))
    queue.work_off()
    assert PaymentEvent.objects.filter(kind="authorised", state="odd").exists()
    held = case.standins.books.table({"stripe": "intents", "paypal": "holds"}[case.name])
    assert [row["status"] for row in held.values()] == [{"stripe": "canceled", "paypal": "VOIDED"}[case.name]]
    assert (case.payment.state, case.payment.close_at, case.payment.captured) == ("cancelled", None, 0)


@pytest.mark.parametrize("elsewhere", [{"live": True}, {"account": "acct_other"}])
def test_a_promise_made_elsewhere_closes_no_payment_of_ours(case: Case, elsewhere: dict[str, Any]) -> None:  # noqa: F811
    payment = case.start()
    Payment.objects.update(account="acct_ours")
    facts = {"provider_id": str(payment.provider_id), "reference": payment.reference, "amount": PART, "live": False}
    report = Report(event_id="odd-1", kind="authorised", currency="GBP", **{**facts, **elsewhere})
    for event in inbox.keep(provider=case.name, reports=[report], at=timezone.now()):
        assert ledger.apply(event.pk, at=timezone.now()).state == "odd"
    queue.work_off()
    assert (case.payment.state, case.payment.close_at) == ("pending", None)
