"""Money that a bank takes back: withheld in the books, and nothing is handed over until it is settled."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from repairs import workflow
from repairs.models import Job, JobEvent
from shop.models import LedgerEntry, Payment
from shop.payments import ledger, starting
from tests import queue
from tests.factories import SHOP_TIME, make_staff
from tests.shop.payments.factories import make_order
from tests.shop.test_ledger import BACK, told
from tests.shop.test_refunds import fresh, paid

__all__ = ["paid"]
pytestmark = pytest.mark.django_db
LATER = SHOP_TIME + timedelta(minutes=5)
ALL = Decimal("467.98")


def job_of(payment: Payment) -> Job:
    return Job.objects.get(order_row__order=payment.order_id)


def ready(payment: Payment) -> Job:
    """The job of a payment, repaired and waiting to be collected."""
    job = job_of(payment)
    for to in ("received", "repairing", "testing", "ready"):
        workflow.move(job.pk, to=to, by=None, at=LATER)
    return job_of(payment)


def collect(job: Job) -> None:
    workflow.move(job.pk, to="collected", by=None, at=LATER)


def test_a_dispute_is_held_back_and_its_end_is_booked(paid: Payment) -> None:
    opened = told(paid, "dispute_opened", amount=Decimal("467.98"), refund_id="dp_1")
    assert (opened.state, fresh(paid).state, ledger.balance(paid.order).disputed) == (
        "odd",
        "disputed",
        Decimal("467.98"),
    )
    told(paid, "dispute_won", amount=Decimal("467.98"), refund_id="dp_1")
    assert (fresh(paid).state, ledger.balance(paid.order).disputed) == ("succeeded", 0)
    assert told(paid, "dispute_won", amount=Decimal("467.98"), refund_id="dp_1").state == "ignored"


def test_a_lost_dispute_is_a_loss_and_asks_nobody_again(paid: Payment) -> None:
    told(paid, "dispute_opened", amount=Decimal("467.98"), refund_id="dp_1")
    told(paid, "dispute_lost", amount=Decimal("467.98"), refund_id="dp_1")
    assert (fresh(paid).state, ledger.balance(paid.order).open) == ("lost", 0)


def test_the_end_of_a_dispute_that_comes_first_waits_for_its_beginning(paid: Payment) -> None:
    event = told(paid, "dispute_won", amount=Decimal("467.98"), refund_id="dp_1")
    assert event.state == "received"
    told(paid, "dispute_opened", amount=Decimal("467.98"), refund_id="dp_1")
    assert ledger.apply(event.pk, at=LATER).state == "applied"


def test_what_the_provider_takes_for_a_dispute_is_a_fee(paid: Payment) -> None:
    told(paid, "dispute_opened", amount=ALL, refund_id="dp_1", fee=Decimal("15.00"))
    told(paid, "dispute_opened", amount=ALL, refund_id="dp_1", fee=Decimal("15.00"))
    fees = LedgerEntry.objects.filter(payment=paid, kind="fee").values_list("amount", flat=True)
    assert list(fees) == [Decimal("15.00")]


def test_nothing_is_handed_over_while_the_bank_may_take_the_money_back(paid: Payment) -> None:
    job = ready(paid)
    told(paid, "dispute_opened", amount=ALL, refund_id="dp_1")
    with pytest.raises(workflow.MoveNotAllowed, match="disputed at the bank"):
        collect(job)
    told(paid, "dispute_won", amount=ALL, refund_id="dp_1")
    collect(job)
    kinds = JobEvent.objects.filter(job=job, public=False).values_list("kind", flat=True)
    assert list(kinds) == ["job.kept_back", "job.let_go"]  # colleagues read it, the customer does not


def test_what_was_lost_stays_here_until_a_person_decides(paid: Payment) -> None:
    job = ready(paid)
    told(paid, "dispute_opened", amount=ALL, refund_id="dp_1")
    told(paid, "dispute_lost", amount=ALL, refund_id="dp_1")
    with pytest.raises(workflow.MoveNotAllowed):
        collect(job)


def test_an_inquiry_withholds_no_money_but_the_thing(paid: Payment) -> None:
    job = ready(paid)
    asked = told(paid, "inquiry_opened", amount=ALL, refund_id="dp_1")
    assert (asked.state, fresh(paid).state, ledger.balance(paid.order).disputed) == ("odd", "succeeded", 0)
    with pytest.raises(workflow.MoveNotAllowed):
        collect(job)
    told(paid, "inquiry_closed", amount=ALL, refund_id="dp_1")
    collect(job)


def test_of_two_disputes_both_must_be_over(paid: Payment) -> None:
    job = ready(paid)
    told(paid, "dispute_opened", amount=Decimal("100.00"), refund_id="dp_1")
    told(paid, "inquiry_opened", amount=Decimal("50.00"), refund_id="dp_2")
    told(paid, "dispute_won", amount=Decimal("100.00"), refund_id="dp_1")
    with pytest.raises(workflow.MoveNotAllowed):
        collect(job)
    told(paid, "inquiry_closed", amount=Decimal("50.00"), refund_id="dp_2")
    collect(job)


def test_a_dispute_after_the_thing_is_gone_keeps_nothing_back(paid: Payment) -> None:
    collect(ready(paid))
    told(paid, "dispute_opened", amount=ALL, refund_id="dp_1")
    assert job_of(paid).kept_back == ""


def test_who_may_change_jobs_lets_it_go_with_a_reason(paid: Payment, client: Client) -> None:
    job = ready(paid)
    told(paid, "dispute_opened", amount=ALL, refund_id="dp_1")
    address = reverse("bench:let-go", args=[job.reference])
    client.force_login(make_staff("desk@example.com"))
    assert client.post(address, {"note": "Paid again in cash"}).status_code == 403
    client.force_login(make_staff("owner@example.com", ("see_bench", "work_bench", "change_job")))
    client.post(address, {"note": ""})
    assert job_of(paid).kept_back
    client.post(address, {"note": "Paid again in cash"})
    assert job_of(paid).kept_back == ""
    assert JobEvent.objects.get(job=job, kind="job.let_go").note == "Paid again in cash"


def test_what_was_said_too_early_is_judged_again_when_the_money_comes(shop: Any) -> None:
    """A refund that the provider told of long before the payment itself."""
    payment = starting.start(order=make_order(shop), at=SHOP_TIME, return_url=BACK).payment
    early = told(payment, "refunded", amount=Decimal("67.98"), refund_id="re_early")
    for minute in range(5):
        ledger.apply(early.pk, at=LATER + timedelta(minutes=minute))
    early.refresh_from_db()
    assert early.state == "odd"
    told(payment)
    queue.work_off()
    early.refresh_from_db()
    assert (early.state, fresh(payment).returned) == ("applied", Decimal("67.98"))
