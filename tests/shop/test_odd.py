"""Money that does not fit: each case with its sentence, seen by whom it concerns, and off the list once handled."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from repairs.models import Job
from shop.counter import odd
from shop.models import Payment, PaymentEvent, Reconciliation, Refund
from shop.payments import starting
from tests import queue
from tests.factories import SHOP_TIME, make_staff
from tests.shop.payments.factories import make_order

pytestmark = pytest.mark.django_db
ADDRESS = "/bench/payments/"
DESK = ("see_bench", "work_bench", "add_payment", "view_payment", "view_reconciliation")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff(permissions=DESK))
    return client


@pytest.fixture
def payment(shop: Any) -> Payment:
    return starting.start(order=make_order(shop), at=SHOP_TIME, return_url="http://testserver/").payment


def event(number: int, payment: Payment | None = None, **more: Any) -> PaymentEvent:
    ours = {"site": payment.site, "reference": payment.reference} if payment else {"provider_id": f"ch_{number}"}
    facts = {"kind": "succeeded", "state": "odd", "outcome": "Why", "received_at": SHOP_TIME, **ours, **more}
    return PaymentEvent.objects.create(provider="demo", event_id=f"evt_{number}", **facts)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("authorised", "nothing was taken: ask the customer to pay again"),
        ("succeeded", "refund on the job&#x27;s page"),
        ("failed", "Ask the customer to pay again"),
        ("cancelled", "Ask the customer to pay again"),
        ("refunded", "Compare the refunds on the job&#x27;s page"),
        ("refund_failed", "Refund again on the job&#x27;s page"),
        ("dispute_opened", "Answer at the provider in time"),
        ("inquiry_opened", "Answer at the provider in time"),
        ("dispute_lost", "Decide with the owner"),
    ],
)
def test_each_case_has_its_sentence_and_a_way_to_its_job(desk: Client, payment: Payment, kind: str, words: str) -> None:
    event(1, payment, kind=kind)
    page = desk.get(ADDRESS).content.decode()
    assert words in page
    assert f"/bench/jobs/{Job.objects.get().reference}/" in page


@pytest.mark.parametrize("state", ["late", "mismatch"])
def test_money_that_came_late_or_wrong_is_refunded_on_the_jobs_page(desk: Client, payment: Payment, state: str) -> None:
    Payment.objects.update(state=state)
    page = desk.get(ADDRESS).content.decode()
    assert f"/refund/?payment={payment.reference}" in page


def test_a_dispute_says_by_when_the_bank_wants_an_answer(desk: Client, payment: Payment) -> None:
    due = datetime(2026, 12, 1, 9, tzinfo=UTC)
    body = {"data": {"object": {"evidence_details": {"due_by": int(due.timestamp())}}}}
    Payment.objects.update(state="disputed")
    event(1, payment, kind="dispute_opened", body=body)
    assert desk.get(ADDRESS).content.decode().count("Tue 1 December, 09:00 GMT") == 2


def test_a_refund_that_did_not_work_is_shown_until_another_one_is_asked_for(desk: Client, payment: Payment) -> None:
    facts = {"payment": payment, "site": payment.site, "amount": 1, "currency": "GBP", "created_at": SHOP_TIME,
             "changed_at": SHOP_TIME, "reason": "goodwill"}  # fmt: skip
    Refund.objects.create(reference="R-FAILED", state="failed", detail="The card is gone.", **facts)
    assert "The card is gone." in desk.get(ADDRESS).content.decode()
    Refund.objects.create(reference="R-AGAIN", state="asked", **facts)
    assert "The card is gone." not in desk.get(ADDRESS).content.decode()


def test_a_handled_case_leaves_the_list_with_who_and_why_and_is_handled_once(desk: Client, payment: Payment) -> None:
    row = event(1, payment)
    form = {"what": "event", "row": row.pk, "note": "Ada was called."}
    desk.post(f"{ADDRESS}handled/", {**form, "note": " "})
    assert "Why" in desk.get(ADDRESS).content.decode()
    desk.post(f"{ADDRESS}handled/", form)
    assert "All money fits" in desk.get(ADDRESS).content.decode()
    assert "Ada was called." in desk.get(f"{ADDRESS}?handled=1").content.decode()
    again = desk.post(f"{ADDRESS}handled/", {**form, "note": "Me too"}, follow=True).content.decode()
    assert "has handled this already" in again
    row.refresh_from_db()
    assert (row.handled_note, row.state) == ("Ada was called.", "odd")


def test_handling_a_payment_handles_what_was_said_of_it_and_moves_no_money(desk: Client, payment: Payment) -> None:
    Payment.objects.update(state="late")
    event(1, payment)
    stranger = event(2)
    desk.post(f"{ADDRESS}handled/", {"what": "payment", "row": payment.reference, "note": "New time agreed"})
    assert [one.event for one in desk.get(ADDRESS).context["odd"]] == [stranger]
    payment.refresh_from_db()
    assert payment.state == "late" and payment.handled_by


def test_handling_takes_more_than_looking(client: Client, payment: Payment) -> None:
    row = event(1, payment)
    client.force_login(make_staff(permissions=("see_bench", "view_payment")))
    assert client.post(f"{ADDRESS}handled/", {"what": "event", "row": row.pk, "note": "x"}).status_code == 403


def test_another_shops_money_and_what_is_nobodys_are_not_shown_among_several_shops(
    desk: Client, payment: Payment, second_site: Any
) -> None:
    ours, nobodys = event(1, payment), event(2)
    theirs = event(3, site=second_site)
    assert [one.event for one in desk.get(ADDRESS).context["odd"]] == [ours]
    for row in (nobodys, theirs):
        assert desk.post(f"{ADDRESS}handled/", {"what": "event", "row": row.pk, "note": "x"}).status_code == 404


def test_a_single_shop_sees_what_is_nobodys(desk: Client, shop: Any) -> None:
    row = event(1)
    assert [one.event for one in desk.get(ADDRESS).context["odd"]] == [row]
    assert odd.open_cases(make_staff("other@example.com"), shop.site) == 1


def day(number: int, **more: Any) -> Reconciliation:
    one = {"what": "only_theirs", "kind": "came", "id": f"ch_{number}", "provider_id": "", "theirs": "1.00 GBP",
           "ours": "", "payment": "", "order": "", "site": None, "at": SHOP_TIME.isoformat()}  # fmt: skip
    sums = {"came": "1.00", "back": "0.00", "held": "0.00", "fees": "0.00"}
    facts = {"provider": "demo", "currency": "GBP", "ours": {**sums, "came": "0.00"}, "theirs": sums,
             "differences": [one], "state": "differs", "checked_at": SHOP_TIME, **more}  # fmt: skip
    date = SHOP_TIME.date().replace(month=number % 12 + 1, day=number % 28 + 1, year=2020 + number // 84)
    return Reconciliation.objects.create(date=date, **facts)


def test_the_reconciliation_tells_differences_and_can_be_filtered_and_kept_as_a_file(desk: Client, shop: Any) -> None:
    address = f"{ADDRESS}reconciliation/"
    assert "Nothing was compared yet" in desk.get(address).content.decode()
    day(1, detail="=HYPERLINK(1)")
    page = desk.get(address).content.decode()
    assert "our books have nothing" in page and "paid past this shop" in page
    assert "No day fits" in desk.get(address, {"state": "agrees"}).content.decode()
    assert desk.get(address, {"month": "\x00", "state": "'", "provider": "%", "page": "x"}).status_code == 200
    sheet = b"".join(desk.get(f"{ADDRESS}reconciliation.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=HYPERLINK" in sheet and "only_theirs" in sheet


def test_comparing_again_is_done_by_the_worker_and_the_page_says_when(desk: Client, shop: Any) -> None:
    today = timezone.now().date().isoformat()
    answer = desk.post(f"{ADDRESS}reconciliation/again/", {"provider": "demo", "day": today})
    assert "The worker is asking" in desk.get(answer["Location"]).content.decode()
    queue.work_off()
    assert "was compared" in desk.get(answer["Location"]).content.decode()
    for wrong in ({"provider": "nobody", "day": today}, {"provider": "demo", "day": "2999-01-01"}, {}):
        assert desk.post(f"{ADDRESS}reconciliation/again/", wrong)["Location"] == f"{ADDRESS}reconciliation/"


def test_the_reconciliation_is_for_those_who_may_see_it(client: Client, shop: Any) -> None:
    client.force_login(make_staff())
    for name in ("reconciliation/", "reconciliation.csv"):
        assert client.get(f"{ADDRESS}{name}").status_code == 403


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}reconciliation/"])
def test_sixty_rows_cost_no_more_questions_than_two(desk: Client, payment: Payment, address: str) -> None:
    counts = []
    for rows in (range(2), range(2, 60)):
        for number in rows:
            event(number, payment)
            day(number)
        desk.get(address)
        with CaptureQueriesContext(connection) as asked:
            desk.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1], counts
