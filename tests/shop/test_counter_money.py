"""Money goes back over the counter: read back before it is done, once, never too much, and only by who may."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from repairs import workflow
from repairs.models import Appointment, Job
from shop.models import LedgerEntry, Payment, Refund, SiteShop
from shop.payments import demo_bank, entries, ledger, refunds, starting
from shop.payments.base import Refused
from shop.payments.demo import Demo
from tests import queue
from tests.factories import SHOP_TIME, make_staff
from tests.shop.payments.factories import make_order
from tests.shop.statements import counted
from tests.shop.test_ledger import BACK, told

pytestmark = pytest.mark.django_db
DESK = ("see_bench", "work_bench", "add_payment", "add_refund", "view_payment")
STEPS = ("refund", "cancel-order", "missed", "stop-asking", "ask-again")
MARK = "0123456789abcdef"


@pytest.fixture
def order(shop: Any) -> Any:
    SiteShop.objects.update(no_show_fee=Decimal("20.00"))
    return make_order(shop)


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff(permissions=DESK))
    return client


def paid(order: Any) -> Payment:
    payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    told(payment)
    order.refresh_from_db()
    return payment


def url(step: str = "") -> str:
    return f"/bench/jobs/{Job.objects.latest('pk').reference}/{step}{'/' if step else ''}"


def page(client: Client, step: str = "") -> str:
    return client.get(url(step)).content.decode()


def sent(of: Payment, **more: str) -> dict[str, str]:
    facts = {"payment": of.reference, "amount": "67.98", "reason": "goodwill", "note": "", "once": MARK}
    return {**facts, "act": "do", **more}


def over() -> None:
    """The visit is over and nobody came."""
    past = timezone.now() - timedelta(hours=2)
    Appointment.objects.update(starts_at=past, ends_at=past + timedelta(minutes=30))


def test_a_refund_is_read_back_before_it_is_done(desk: Client, order: Any) -> None:
    payment = paid(order)
    assert "£467.98 left of Demo bank" in page(desk, "refund")
    checked = desk.post(url("refund"), sent(payment, act="check"))
    shown = checked.content.decode()
    assert checked.status_code == 200
    for words in ("£67.98", "Back the way it came, through Demo bank", "Goodwill or complaint", "£400.00", "Ada"):
        assert words in shown
    assert not Refund.objects.exists()
    answer = desk.post(url("refund"), sent(payment))
    assert answer.headers["Location"] == f"{url()}#money-heading"
    refund = Refund.objects.get()
    assert (refund.amount, refund.state, refund.reason) == (Decimal("67.98"), "asked", "goodwill")
    assert refund.by is not None


def test_the_panel_follows_the_refund_to_its_end(desk: Client, order: Any) -> None:
    desk.post(url("refund"), sent(paid(order)))
    assert "About to go back" in page(desk)
    queue.work_off()
    shown = page(desk)
    assert "Given back" in shown
    assert "Partly refunded" in shown


@pytest.mark.parametrize("amount", ["67.98", "467.98"])
def test_a_form_that_is_sent_twice_gives_back_once_and_says_nothing_odd(desk: Client, order: Any, amount: str) -> None:
    payment = paid(order)
    for _turn in range(2):
        answer = desk.post(url("refund"), sent(payment, amount=amount))
        assert answer.headers["Location"] == f"{url()}#money-heading"
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount": "467.99"}, "£467.98 is left of this payment."),
        ({"amount": "0.00"}, "0.01"),
        ({"amount": "-1"}, "0.01"),
        ({"amount": "NaN"}, "Enter a number."),
        ({"amount": "1e9"}, "£467.98 is left of this payment."),
        ({"amount": "0.001"}, "2 decimal places"),
        ({"amount": ""}, "This field is required."),
        ({"reason": "provider"}, "Select a valid choice"),
        ({"reason": ""}, "This field is required."),
        ({"payment": "P-NONE"}, "Select a valid choice"),
        ({"once": ""}, "The page is an old one."),
    ],
    ids=str,
)
def test_a_wrong_refund_is_refused_beside_its_field_with_what_was_typed(
    desk: Client, order: Any, wrong: dict[str, str], said: str
) -> None:
    answer = desk.post(url("refund"), sent(paid(order), note="From the typist", **wrong))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert said in shown and "From the typist" in shown
    assert not Refund.objects.exists()


def test_who_is_slower_hears_what_is_left(desk: Client, order: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = paid(order)
    whole = refunds.ask

    def slower(**facts: Any) -> Refund:
        """Somebody else was there between the form's look and ours."""
        whole(**{**facts, "amount": Decimal("450.00"), "once": "other"})
        return whole(**facts)

    monkeypatch.setattr(refunds, "ask", slower)
    answer = desk.post(url("refund"), sent(payment))
    assert answer.status_code == 409
    assert "£17.98 is left of this payment." in answer.content.decode()
    assert list(Refund.objects.values_list("amount", flat=True)) == [Decimal("450.00")]


def test_what_was_paid_too_much_is_offered_to_go_back(desk: Client, order: Any) -> None:
    payment = paid(order)
    entries.enter(order, None, "written_off", Decimal("67.98"), key="less", at=SHOP_TIME)
    link = re.search(r'href="([^"]+\?amount=67\.98&amp;reason=twice)"', page(desk))
    assert link
    form = desk.get(link[1].replace("&amp;", "&")).context["form"]
    assert (form.initial["amount"], form.initial["reason"]) == (Decimal("67.98"), "twice")
    desk.post(url("refund"), sent(payment, reason="twice"))
    assert "paid too much" not in page(desk)


@pytest.mark.parametrize("asked", ["NaN", "-1", "1e99", "%00", "99999"])
def test_an_address_with_a_mad_sum_fills_in_what_is_left(desk: Client, order: Any, asked: str) -> None:
    paid(order)
    assert desk.get(f"{url('refund')}?amount={asked}").context["form"].initial["amount"] == Decimal("467.98")


@pytest.mark.parametrize(
    ("tender", "words"), [("cash", "Out of the till, in cash"), ("card", "Onto the card, at the terminal")]
)
def test_money_of_the_till_goes_back_the_way_it_came(desk: Client, shop: Any, tender: str, words: str) -> None:
    order = make_order(shop, pay_by="in_store")
    payment = ledger.take_at_counter(order=order, amount=Decimal("67.98"), by=None, at=SHOP_TIME, tender=tender)
    assert words in desk.post(url("refund"), sent(payment, act="check")).content.decode()
    answer = desk.post(url("refund"), sent(payment), follow=True)
    assert "Hand £67.98 over now" in answer.content.decode()
    assert (Refund.objects.get().state, LedgerEntry.objects.get(kind="refunded").credit) == ("done", "till")


def test_a_refund_that_failed_says_why_and_can_be_asked_again(
    desk: Client, order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = paid(order)

    def refuse(*_args: Any) -> None:
        raise Refused("The card is closed.")

    with monkeypatch.context() as patched:
        patched.setattr(Demo, "refund", refuse)
        desk.post(url("refund"), sent(payment))
        queue.work_off()
    shown = page(desk)
    assert "Did not work" in shown and "The card is closed." in shown
    link = re.search(r'href="([^"]+\?payment=[^"]+)"', shown)
    assert link
    form = desk.get(link[1].replace("&amp;", "&")).context["form"]
    assert (form.initial["amount"], form.initial["reason"]) == (Decimal("67.98"), "goodwill")
    desk.post(url("refund"), sent(payment, once="fedcba9876543210"))
    queue.work_off()
    shown = page(desk)
    assert "It was asked for again." in shown and "Given back" in shown


def test_disputed_money_is_shown_and_not_offered(desk: Client, order: Any) -> None:
    payment = paid(order)
    told(payment, "dispute_opened", amount=Decimal("467.98"), refund_id="dp_1")
    shown = page(desk)
    assert "The bank holds £467.98 back" in shown
    assert url("refund") not in shown
    desk.post(url("refund"), sent(payment))
    assert not Refund.objects.exists()
    with pytest.raises(refunds.HeldByBank):
        refunds.ask(payment=payment, amount=Decimal("1.00"), reason="goodwill", by=None, at=SHOP_TIME)


def test_promised_money_says_until_when(desk: Client, order: Any) -> None:
    payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    Payment.objects.filter(pk=payment.pk).update(state="authorised", capture="later")
    shown = page(desk)
    assert "is promised by the bank" in shown
    assert url("refund") not in shown


def test_an_order_is_cancelled_with_a_fee_after_reading_what_goes_back(desk: Client, order: Any) -> None:
    paid(order)
    given = {"keep": "20.00", "reason": "customer", "note": "Called", "act": "check"}
    shown = desk.post(url("cancel-order"), given).content.decode()
    assert "£20.00" in shown and "£447.98" in shown and "iPhone 8" in shown
    assert Job.objects.get().status == "booked"
    for _turn in range(2):
        assert desk.post(url("cancel-order"), {**given, "act": "do"}).headers["Location"] == f"{url()}#money-heading"
    refund = Refund.objects.get()
    assert (Job.objects.get().status, refund.amount, refund.note) == ("cancelled", Decimal("447.98"), "Called")


@pytest.mark.parametrize("keep", ["467.99", "-0.01", "NaN", "0.001", ""])
def test_a_fee_above_what_we_hold_cancels_nothing(desk: Client, order: Any, keep: str) -> None:
    paid(order)
    answer = desk.post(url("cancel-order"), {"keep": keep, "reason": "customer", "note": "", "act": "do"})
    assert answer.status_code == 422
    assert Job.objects.get().status == "booked"


def test_an_order_whose_thing_is_here_offers_no_cancelling(desk: Client, order: Any) -> None:
    paid(order)
    workflow.move(Job.objects.get().pk, to=Job.Status.RECEIVED, by=None, at=SHOP_TIME)
    assert url("cancel-order") not in page(desk)
    desk.post(url("cancel-order"), {"keep": "0", "reason": "customer", "note": "", "act": "do"})
    assert Job.objects.get().status == "received"


def test_a_missed_visit_is_offered_once_it_is_over_and_closed_with_its_fee(desk: Client, order: Any) -> None:
    paid(order)
    later = timezone.now() + timedelta(days=1)
    Appointment.objects.update(starts_at=later, ends_at=later + timedelta(minutes=30))
    assert url("missed") not in page(desk)
    over()
    assert url("missed") in page(desk)
    assert desk.get(url("missed")).context["form"].initial["fee"] == Decimal("20.00")
    given = {"fee": "15.00", "note": "", "act": "check"}
    shown = desk.post(url("missed"), given).content.decode()
    assert "£15.00" in shown and "£452.98" in shown
    desk.post(url("missed"), {**given, "act": "do"})
    assert Appointment.objects.get().state == "missed"
    assert (Refund.objects.get().amount, ledger.balance(order).due) == (Decimal("452.98"), Decimal("15.00"))


def test_a_fee_above_the_shops_own_closes_no_visit(desk: Client, order: Any) -> None:
    over()
    answer = desk.post(url("missed"), {"fee": "20.01", "note": "", "act": "do"})
    assert answer.status_code == 422
    assert "The fee is £20.00 at most." in answer.content.decode()
    assert Job.objects.get().status == "booked"


def test_what_is_open_is_asked_no_more_with_a_reason_and_asked_again(desk: Client, order: Any) -> None:
    assert desk.post(url("stop-asking"), {"reason": "", "act": "do"}).status_code == 422
    assert "£467.98" in desk.post(url("stop-asking"), {"reason": "A regular", "act": "check"}).content.decode()
    desk.post(url("stop-asking"), {"reason": "A regular", "act": "do"})
    assert ledger.balance(order).open == 0
    assert url("ask-again") in page(desk)
    desk.post(url("ask-again"))
    assert ledger.balance(order).open == Decimal("467.98")


@pytest.mark.parametrize("left_out", ["add_refund", "see_bench"])
def test_who_may_not_give_money_back_sees_no_buttons_and_is_turned_away(
    client: Client, order: Any, left_out: str
) -> None:
    payment = paid(order)
    over()
    client.force_login(make_staff(permissions=tuple(name for name in DESK if name != left_out)))
    for step in STEPS:
        assert client.get(url(step)).status_code in {403, 405}
        assert client.post(url(step), sent(payment)).status_code == 403
    if left_out == "add_refund":
        shown = page(client)
        assert not [step for step in STEPS if url(step) in shown]
    assert not Refund.objects.exists()
    assert Job.objects.get().status == "booked"


def test_a_stranger_is_sent_to_the_door(client: Client, order: Any) -> None:
    for step in STEPS:
        assert client.post(url(step)).status_code == 302


def test_another_shops_order_is_not_found(desk: Client, order: Any, second_site: Any) -> None:
    payment = paid(order)
    for step in STEPS:
        assert desk.post(url(step), sent(payment), headers={"host": "localhost"}).status_code == 404
    assert not Refund.objects.exists()


def test_the_job_page_asks_as_many_questions_for_ten_payments_and_refunds_as_for_one(desk: Client, shop: Any) -> None:
    order = make_order(shop, pay_by="in_store")

    def take_and_give(number: int) -> None:
        sum_ = Decimal("10.00")
        payment = ledger.take_at_counter(order=order, amount=sum_, by=None, at=SHOP_TIME, tender="cash")
        refunds.ask(payment=payment, amount=sum_ / 2, reason="goodwill", by=None, at=SHOP_TIME, once=f"{number}")

    take_and_give(0)
    desk.get(url())
    with counted() as one:
        desk.get(url())
    for number in range(1, 10):
        take_and_give(number)
    with counted() as ten:
        assert desk.get(url()).content.decode().count("Given back") == 10
    assert len(ten) == len(one)
