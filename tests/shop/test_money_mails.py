"""What is written when money goes back, a booking ends or a deposit is only promised: the right words, once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from cms.models import ShopSettings
from notifications.models import Message
from notifications.render import render
from shop import cancelling, followups, order_letters
from shop.models import OrderVisit, Payment, Refund
from shop.payments import demo_bank, refunds, starting
from shop.payments.base import Refused
from shop.payments.demo import Demo
from tests.factories import SHOP_TIME
from tests.queue import work_off
from tests.shop.payments.factories import make_order
from tests.shop.test_ledger import BACK, told

pytestmark = pytest.mark.django_db
LATER = SHOP_TIME + timedelta(minutes=5)


@pytest.fixture
def order(shop: Any) -> Any:
    return make_order(shop)


def paid(order: Any) -> Payment:
    """All of it, through the demo bank."""
    payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    told(payment)
    order.refresh_from_db()
    return payment


def give_back(payment: Payment, amount: str) -> Refund:
    refund = refunds.ask(payment=payment, amount=Decimal(amount), reason=Refund.Reason.GOODWILL, by=None, at=LATER)
    refunds.send(refund.pk, at=LATER)
    refund.refresh_from_db()
    return refund


def letters(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind, channel="email").order_by("pk"))


def words_of(kind: str) -> str:
    [row] = letters(kind)
    words = render(kind=row.kind, channel="email", language=row.language, context=row.context)
    return f"{words.subject}\n{words.text}"


def test_a_refund_is_told_with_its_sum_its_way_and_how_long_it_takes(order: Any) -> None:
    give_back(paid(order), "67.98")
    text = words_of("payment.refunded")
    for words in ("£67.98 is on its way back to you", "to the card or account you paid with", "5 to 10 working days"):
        assert words in text, words
    assert order.number in text


def test_a_refund_is_told_once_though_its_webhook_comes_twice(order: Any) -> None:
    payment = paid(order)
    refund = give_back(payment, "67.98")
    for _again in range(2):
        told(payment, "refunded", amount=Decimal("67.98"), refund_id=refund.provider_id)
    followups.tell_refunded(order=order, refund=refund)
    assert len(letters("payment.refunded")) == 1


def test_two_refunds_are_two_letters(order: Any) -> None:
    payment = paid(order)
    give_back(payment, "10.00")
    give_back(payment, "10.00")
    assert len(letters("payment.refunded")) == 2


def test_a_refund_that_was_made_at_the_provider_is_told_too(order: Any) -> None:
    told(paid(order), "refunded", amount=Decimal("20.00"), refund_id="re_by_hand")
    assert "£20.00" in words_of("payment.refunded")


@pytest.mark.parametrize(
    ("provider", "tender", "to", "when"),
    [
        ("demo", "", "to the card or account you paid with", "5 to 10 working days"),
        ("stripe", "", "to the card or account you paid with", "5 to 10 working days"),
        ("paypal", "", "to your PayPal account", "PayPal shows it at once"),
        ("in_store", "cash", "in cash, in the shop", ""),
        ("in_store", "card", "to your card, at the terminal", "5 to 10 working days"),
    ],
)
def test_each_way_to_pay_has_its_way_back(provider: str, tender: str, to: str, when: str) -> None:
    told_of = order_letters.way_back(Payment(provider=provider, tender=tender), "en-gb")
    assert told_of["back_to"] == to
    assert when in told_of.get("back_when", "") and bool(when) == bool(told_of.get("back_when"))


def test_a_refund_that_failed_is_told_to_the_shop_and_not_to_the_customer(
    order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = paid(order)

    def refuse(self: Demo, ask: Any) -> Any:
        raise Refused("The card is closed.")

    monkeypatch.setattr(Demo, "refund", refuse)
    give_back(payment, "10.00")
    [row] = letters("payment.refund_failed")
    assert (row.to, row.contact_id) == ("hello@mendwell.example", None)
    text = words_of("payment.refund_failed")
    assert "The card is closed." in text and "£10.00" in text and "Ada" not in text
    assert not letters("payment.refunded")


def test_a_shop_without_an_address_is_spared_and_the_refund_still_fails_in_order(
    order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ShopSettings.objects.update(email="")
    payment = paid(order)
    monkeypatch.setattr(Demo, "refund", lambda self, ask: (_ for _ in ()).throw(Refused("No.")))
    assert give_back(payment, "10.00").state == "failed"
    assert not letters("payment.refund_failed")


def test_calling_off_is_one_letter_that_says_what_goes_back_and_what_stays(order: Any) -> None:
    paid(order)
    cancelling.cancel(order=order, by=None, at=LATER, reason="customer", keep=Decimal("50.00"))
    text = words_of("order.cancelled")
    assert "£417.98 goes back to the card or account you paid with" in text
    assert "£50.00 of what you paid stays with us" in text
    assert not letters("job.cancelled")
    work_off()
    assert "£417.98 is on its way back to you" in words_of("payment.refunded")


def test_calling_off_what_was_not_paid_says_that_nothing_is_owed(order: Any) -> None:
    cancelling.cancel(order=order, by=None, at=LATER, reason="customer")
    assert "You owe us nothing." in words_of("order.cancelled")
    assert Message.objects.filter(kind="order.cancelled", channel="sms").count() == 1


def test_a_missed_visit_is_told_with_its_fee(order: Any) -> None:
    paid(order)
    facts: dict[str, Any] = {"order": order, "fee": Decimal("15.00"), "by": None, "at": LATER, "anything": "more"}
    followups.tell_no_show(**facts)
    followups.tell_no_show(**facts)
    assert "a missed visit costs £15.00" in words_of("order.no_show")


def test_a_promise_of_the_bank_is_told_and_money_that_is_taken_at_once_is_not(order: Any) -> None:
    OrderVisit.objects.filter(pk=order.pk).update(due_now=Decimal("117.00"), capture="later")
    order.visit.refresh_from_db()
    payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    told(payment, "authorised")
    text = words_of("payment.promised")
    assert "Your bank keeps £117.00 for us." in text and "The rest, when you collect" in text
    assert not letters("payment.settled")
    followups.tell_promised(order=order, payment=Payment(reference="P-1", capture="now"))
    assert len(letters("payment.promised")) == 1


def test_the_receipt_of_the_rest_says_what_came_before(order: Any) -> None:
    OrderVisit.objects.filter(pk=order.pk).update(due_now=Decimal("117.00"))
    order.visit.refresh_from_db()
    for _part in range(2):
        payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
        told(payment)
        order.refresh_from_db()
    first, second = letters("payment.settled")
    assert (first.context["paid"], first.context["due"]) == ("£117.00", "£350.98")
    assert (second.context["paid"], second.context["paid_before"]) == ("£350.98", "£117.00")
    assert not second.context.get("due")


def test_a_dispute_writes_nothing_to_the_customer(order: Any) -> None:
    payment = paid(order)
    before = Message.objects.count()
    told(payment, "dispute_opened", refund_id="dp_1")
    told(payment, "dispute_lost", refund_id="dp_1")
    assert Message.objects.count() == before


def test_the_page_behind_the_link_shows_how_far_a_refund_is_and_nothing_of_a_dispute(
    order: Any, client: Client
) -> None:
    payment = paid(order)
    refund = refunds.ask(payment=payment, amount=Decimal("10.00"), reason="goodwill", by=None, at=LATER)
    token = letters("payment.settled")[0].context["link"].rstrip("/").split("/")[-1]

    def shown() -> str:
        return " ".join(client.get(f"/track/{token}/").content.decode().split())

    assert "About to go back to you" in shown()
    Refund.objects.filter(pk=refund.pk).update(state="sent")
    assert "On its way back to you" in shown()
    Refund.objects.filter(pk=refund.pk).update(state="done")
    assert "Given back to you" in shown()
    Refund.objects.filter(pk=refund.pk).update(state="failed")
    assert "Did not work: we will call you" in shown()
    Payment.objects.filter(pk=payment.pk).update(returned=0)
    refunds.ask(payment=Payment.objects.get(), amount=Decimal("10.00"), reason="goodwill", by=None, at=LATER)
    assert "Did not work" not in shown()  # it is on its way again
    told(payment, "dispute_opened", refund_id="dp_1")
    assert "disput" not in shown().lower()
    assert "Ada" not in shown()
