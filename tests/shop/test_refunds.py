"""Money goes back once, never more than came, and the books say so from asking to the provider's word."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django_q.models import OrmQ

from shop.models import LedgerEntry, Payment, Refund
from shop.payments import demo_bank, entries, ledger, refunds, starting, sweep
from shop.payments.base import Refused, Unavailable
from shop.payments.demo import Demo
from tests import queue
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order
from tests.shop.test_ledger import BACK, told
from tests.shop.test_races import at_once

pytestmark = pytest.mark.django_db
LATER = SHOP_TIME + timedelta(minutes=5)


@pytest.fixture
def paid(shop: Any) -> Payment:
    """A payment of 467.98 GBP through the demo bank, settled there and here."""
    payment = starting.start(order=make_order(shop), at=SHOP_TIME, return_url=BACK).payment
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    told(payment)
    return payment


def ask(payment: Payment, amount: str, **more: Any) -> Refund:
    facts = {"reason": Refund.Reason.GOODWILL, "by": None, "at": LATER, **more}
    return refunds.ask(payment=payment, amount=Decimal(amount), **facts)


def fresh(payment: Payment) -> Payment:
    return Payment.objects.select_related("order").get(pk=payment.pk)


def kinds(payment: Payment) -> list[tuple[str, Decimal]]:
    return list(LedgerEntry.objects.filter(order=payment.order_id).order_by("pk").values_list("kind", "amount"))


def test_a_part_goes_back_and_is_taken_off_the_price(paid: Payment) -> None:
    refund = ask(paid, "67.98")
    assert (refund.state, fresh(paid).returned) == ("asked", Decimal("67.98"))
    refunds.send(refund.pk, at=LATER)
    refund.refresh_from_db()
    money = ledger.balance(paid.order)
    assert (refund.state, fresh(paid).order.status) == ("done", "part-refunded")
    assert (money.due, money.kept, money.open, money.over) == (Decimal("400.00"), Decimal("400.00"), 0, 0)
    assert kinds(paid)[2:] == [("refunded", Decimal("67.98")), ("credited", Decimal("67.98"))]


def test_all_of_it_goes_back_and_nothing_is_asked_again(paid: Payment) -> None:
    refunds.send(ask(paid, "467.98").pk, at=LATER)
    payment = fresh(paid)
    assert (payment.state, payment.order.status, ledger.balance(payment.order).open) == ("refunded", "refunded", 0)


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "467.99"])
def test_more_than_came_or_nothing_is_refused_before_anybody_is_asked(paid: Payment, amount: str) -> None:
    with pytest.raises(refunds.MoreThanLeft, match="467.98"):
        ask(paid, amount)
    assert not Refund.objects.exists()


def test_what_is_on_its_way_cannot_be_asked_for_twice(paid: Payment) -> None:
    ask(paid, "400.00")
    with pytest.raises(refunds.MoreThanLeft, match="67.98"):
        ask(paid, "67.99")
    ask(paid, "67.98")


def test_the_database_refuses_more_back_than_came_whatever_the_code_says(paid: Payment) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=paid.pk).update(returned=Decimal("467.99"))


def test_a_form_that_is_sent_twice_gives_back_once(paid: Payment) -> None:
    assert ask(paid, "10.00", once="form-1").pk == ask(paid, "10.00", once="form-1").pk
    assert fresh(paid).returned == Decimal("10.00")


def test_a_refund_that_is_sent_twice_by_two_workers_moves_money_once(paid: Payment) -> None:
    refund = ask(paid, "10.00")
    for _ in range(2):
        Refund.objects.filter(pk=refund.pk).update(state="asked")  # as a worker that was stopped would find it
        refunds.send(refund.pk, at=LATER)
    assert demo_bank.DemoCharge.objects.get(pk=paid.provider_id).refunded_minor == 1000
    assert [kind for kind, _amount in kinds(paid)].count("refunded") == 1


def test_the_webhook_of_our_own_refund_is_not_a_second_one(paid: Payment) -> None:
    refund = ask(paid, "10.00")
    refunds.send(refund.pk, at=LATER)
    refund.refresh_from_db()
    event = told(paid, "refunded", amount=Decimal("10.00"), refund_id=refund.provider_id)
    assert (event.state, Refund.objects.count()) == ("ignored", 1)


def test_a_webhook_that_is_faster_than_the_answer_finishes_the_refund(paid: Payment) -> None:
    refund = ask(paid, "10.00")
    told(paid, "refunded", amount=Decimal("10.00"), refund_id="re_1")
    refunds.send(refund.pk, at=LATER)
    refund.refresh_from_db()
    assert (refund.state, refund.provider_id, Refund.objects.count()) == ("done", "re_1", 1)


def test_a_refund_made_at_the_provider_is_booked_as_theirs(paid: Payment) -> None:
    told(paid, "refunded", amount=Decimal("20.00"), refund_id="re_theirs")
    refund = Refund.objects.get()
    assert (refund.reason, refund.state, fresh(paid).order.status) == ("provider", "done", "part-refunded")
    assert ledger.balance(paid.order).due == Decimal("447.98")


def test_a_refund_the_provider_refuses_frees_what_was_reserved(paid: Payment, monkeypatch: Any) -> None:
    refund = ask(paid, "467.98")

    def refuse(*_args: Any) -> None:
        raise Refused("The card is closed.")

    monkeypatch.setattr(Demo, "refund", refuse)
    refunds.send(refund.pk, at=LATER)
    refund.refresh_from_db()
    assert (refund.state, refund.detail, fresh(paid).returned) == ("failed", "The card is closed.", 0)
    assert ledger.balance(paid.order).refunded == 0


def test_a_provider_that_does_not_answer_leaves_the_refund_to_be_sent_again(paid: Payment, monkeypatch: Any) -> None:
    refund = ask(paid, "10.00")
    with monkeypatch.context() as patched:

        def silent(*_args: Any) -> None:
            raise Unavailable("No answer.")

        patched.setattr(Demo, "refund", silent)
        with pytest.raises(Unavailable):
            refunds.send(refund.pk, at=LATER)
    refund.refresh_from_db()
    assert (refund.state, refund.tries) == ("asked", 1)
    OrmQ.objects.all().delete()
    assert sweep.queue_refunds(at=LATER + timedelta(minutes=9)) == 0  # it was asked for just now
    assert sweep.queue_refunds(at=LATER + timedelta(minutes=10)) == 1
    queue.work_off()
    refund.refresh_from_db()
    assert refund.state == "done"


def test_money_that_comes_back_from_a_refund_is_ours_again(paid: Payment) -> None:
    refund = ask(paid, "467.98")
    refunds.send(refund.pk, at=LATER)
    refund.refresh_from_db()
    event = told(paid, "refund_failed", amount=Decimal("467.98"), refund_id=refund.provider_id)
    payment, money = fresh(paid), ledger.balance(paid.order)
    assert (event.state, payment.state, payment.returned, payment.order.status) == ("odd", "succeeded", 0, "paid")
    assert (money.due, money.kept, money.open) == (Decimal("467.98"), Decimal("467.98"), 0)


def test_what_was_paid_too_much_goes_back_without_changing_the_price(paid: Payment) -> None:
    entries.enter(paid.order, None, "written_off", Decimal("67.98"), key="less", at=SHOP_TIME)
    refunds.send(ask(paid, "67.98", reason=Refund.Reason.TWICE).pk, at=LATER)
    money = ledger.balance(paid.order)
    assert (money.due, money.credited, money.over, fresh(paid).order.status) == (Decimal("400.00"), 0, 0, "paid")


def test_a_wrong_sum_goes_back_as_it_came_and_touches_no_price(shop: Any) -> None:
    payment = starting.start(order=make_order(shop), at=SHOP_TIME, return_url=BACK).payment
    told(payment, amount=Decimal("500.00"))
    told(payment, "refunded", amount=Decimal("500.00"), refund_id="re_1")
    money = ledger.balance(payment.order)
    assert (fresh(payment).state, money.due, money.paid, money.refunded) == ("refunded", Decimal("467.98"), 0, 0)
    assert kinds(payment)[1:] == [("unplaced", Decimal("500.00")), ("unplaced_back", Decimal("500.00"))]


def test_money_of_the_till_is_given_back_by_hand_and_booked_at_once(shop: Any) -> None:
    order = make_order(shop, pay_by="in_store")
    payment = ledger.take_at_counter(order=order, amount=Decimal("467.98"), by=None, at=SHOP_TIME)
    refund = ask(payment, "100.00", reason=Refund.Reason.SHOP)
    entry = LedgerEntry.objects.get(kind="refunded")
    assert (refund.state, entry.debit, entry.credit) == ("done", "receivable", "till")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_people_who_give_all_of_it_back_at_once_give_it_back_once(paid: Payment) -> None:
    def give() -> str:
        try:
            return ask(paid, "467.98").state
        except refunds.MoreThanLeft:
            return "refused"

    assert sorted(at_once(*[give] * 8)) == ["asked"] + ["refused"] * 7
    assert (Refund.objects.count(), fresh(paid).returned) == (1, Decimal("467.98"))


def test_every_entry_has_two_sides_so_the_books_always_balance(paid: Payment) -> None:
    refunds.send(ask(paid, "67.98").pk, at=LATER)
    told(paid, "dispute_opened", amount=Decimal("400.00"), refund_id="dp_1")
    sums: dict[str, Decimal] = {}
    for row in LedgerEntry.objects.all():
        sums[row.debit] = sums.get(row.debit, Decimal(0)) + row.amount
        sums[row.credit] = sums.get(row.credit, Decimal(0)) - row.amount
    assert sum(sums.values()) == 0
    assert sums["provider"] == 0  # all of it was given back or is held back
    assert (sums["receivable"], sums["disputed"], sums["returns"]) == (0, Decimal("400.00"), Decimal("67.98"))
