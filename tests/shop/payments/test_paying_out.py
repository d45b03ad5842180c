"""What a provider could not give back is paid out of the till, and stands so in the books; anything else is not."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Message
from repairs.models import Job
from shop.counter import odd
from shop.models import Document, LedgerEntry, Payment, Refund
from shop.payments import closing, demo_bank, ledger, our_books, paying_out, refunds, returning, starting
from shop.payments.base import Refused
from shop.payments.demo import Demo
from tests import queue
from tests.api.callers import fault
from tests.api.test_bench_money import at, wish
from tests.api.test_strangers import logged_in
from tests.factories import make_staff
from tests.shop.payments.factories import make_order

pytestmark = pytest.mark.django_db
DESK = ("see_bench", "work_bench", "add_payment", "add_refund", "view_payment")
MARK = "0123456789abcdef"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff(permissions=DESK))
    return client


@pytest.fixture
def payment(shop: Any) -> Payment:
    """467.98 GBP, paid at the demo bank just now."""
    order, now = make_order(shop), timezone.now()
    found = starting.start(order=order, at=now, return_url="http://testserver/back/").payment
    demo_bank.decide(charge_id=str(found.provider_id), decision="approved")
    returning.settle_return(payment_reference=found.reference, at=now)
    found.refresh_from_db()
    return found


@pytest.fixture
def failed(payment: Payment, monkeypatch: pytest.MonkeyPatch) -> Payment:
    """The same, and its provider could not give 67.98 of it back."""

    def refuse(*_args: Any) -> None:
        raise Refused("The card is closed.")

    give_back(payment)
    with monkeypatch.context() as patched:
        patched.setattr(Demo, "refund", refuse)
        queue.work_off()
    assert Refund.objects.get().state == "failed"
    payment.refresh_from_db()
    return payment


def give_back(payment: Payment, amount: str = "67.98", **more: Any) -> Refund:
    facts = {"payment": payment, "amount": Decimal(amount), "reason": "goodwill", "by": None, "at": timezone.now()}
    return refunds.ask(**{**facts, **more})


def url(step: str = "") -> str:
    return f"/bench/jobs/{Job.objects.latest('pk').reference}/{step}{'/' if step else ''}"


def sent(of: Payment, **more: str) -> dict[str, str]:
    facts = {"payment": of.reference, "amount": "67.98", "reason": "goodwill", "note": "", "once": MARK}
    return {**facts, "tender": "cash", "act": "do", **more}


def cash_of_today(payment: Payment) -> Decimal:
    now = timezone.now() + timedelta(seconds=1)
    [till] = closing.tills(site=payment.site, day=now.date(), at=now, zone=ZoneInfo("UTC"))
    return till.ways["cash"].back


def test_money_of_a_card_is_not_paid_out_of_the_till(desk: Client, payment: Payment) -> None:
    page = desk.get(url("refund") + "?tender=cash").content.decode()
    assert "Money goes back the way it came." in page and "In cash, out of the till" not in page
    answer = desk.post(url("refund"), sent(payment))
    assert answer.status_code == 422
    assert "This payment goes back the way it came." in answer.content.decode()
    caller = logged_in(make_staff("api@example.com", DESK))
    fault(caller.post(at(payment.order, "refunds"), wish(payment, tender="cash"), key="one"), 409, "not_paid_out")
    with pytest.raises(paying_out.NotPaidOut):
        give_back(payment, tender="cash")
    payment.refresh_from_db()
    assert payment.returned == 0 and not Refund.objects.exists()


def test_what_the_provider_could_not_give_back_is_paid_out_once(desk: Client, failed: Payment) -> None:
    link = re.search(r'href="([^"]+tender=cash)"', desk.get(url()).content.decode())
    assert link
    form = desk.get(link[1].replace("&amp;", "&")).context["form"]
    assert (form.initial["tender"], form.initial["amount"]) == ("cash", Decimal("67.98"))
    assert "Out of the till, in cash" in desk.post(url("refund"), sent(failed, act="check")).content.decode()
    assert "Hand £67.98 over now" in desk.post(url("refund"), sent(failed), follow=True).content.decode()
    assert desk.post(url("refund"), sent(failed)).status_code == 302
    refund = Refund.objects.get(state="done")
    row = LedgerEntry.objects.get(kind="refunded")
    failed.refresh_from_db()
    assert (refund.tender, refund.by is not None) == ("cash", True)
    assert (row.debit, row.credit, row.amount) == ("receivable", "till", Decimal("67.98"))
    assert (failed.returned, ledger.balance(failed.order).refunded) == (Decimal("67.98"), Decimal("67.98"))
    assert odd.open_cases(refund.by, failed.site) == 0


def test_the_till_counts_it_and_the_provider_is_not_asked_for_it(failed: Payment) -> None:
    give_back(failed, tender="cash")
    queue.work_off()
    assert cash_of_today(failed) == Decimal("67.98")
    moved = our_books.booked("demo", [failed.pk])
    assert [one.kind for one in moved.values()] == ["came"]
    assert demo_bank.DemoCharge.objects.get().refunded_minor == 0


def test_the_customer_reads_that_it_is_cash(failed: Payment) -> None:
    give_back(failed, tender="cash")
    queue.work_off()
    told = Message.objects.get(kind="payment.refunded")
    assert told.context["back_to"] == "in cash, in the shop" and "back_when" not in told.context
    notes = Document.objects.filter(kind="credit_note")
    assert [note.facts["payments"][0]["way"] for note in notes] in ([], ["Cash"])


def test_no_more_is_paid_out_than_is_left(desk: Client, failed: Payment) -> None:
    with pytest.raises(refunds.MoreThanLeft):
        give_back(failed, "467.99", tender="cash")
    give_back(failed, "400.00")  # the rest is on its way back to the card
    answer = desk.post(url("refund"), sent(failed, amount="67.99"))
    assert answer.status_code == 422 and "£67.98 is left of this payment." in answer.content.decode()
    with pytest.raises(refunds.MoreThanLeft):
        give_back(failed, "67.99", tender="cash")


def test_staffs_own_programs_pay_it_out_as_well(failed: Payment) -> None:
    caller = logged_in(make_staff("api@example.com", DESK))
    answer = caller.post(at(failed.order, "refunds"), wish(failed, tender="cash"), key="one")
    assert (answer.status_code, answer.json()["tender"], answer.json()["state"]) == (201, "cash", "done")
    wrong = caller.post(at(failed.order, "refunds"), wish(failed, tender="gold"), key="two")
    assert wrong.status_code in {400, 422}
