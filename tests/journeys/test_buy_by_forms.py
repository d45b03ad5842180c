"""The first sale by plain forms, as a visitor without JavaScript makes it: price, time, basket, order, payment, job."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from oscar.apps.order.models import Order

from notifications.models import Message
from repairs import tracking, workflow
from repairs.models import Job
from shop.models import LedgerEntry, Payment, Quote
from tests import forms
from tests.factories import SHOP_TIME, make_staff, make_user
from tests.queue import work_off

DETAILS = {"name": "Ada Smith", "email": "ada@example.com", "phone": "07911 123456"}
ANSWERS = {"condition": "poor", "urgency": "urgent", "service_type": "in_store"}
WORKED_PRICE = "467.98"


def choose(client: Client) -> Any:
    """From the device list through the first steps of the booking, with the first free time held."""
    page = client.get("/devices/", {"q": "a1905"})
    assert "/devices/iphone-8/" in page.content.decode()
    page = client.get("/devices/iphone-8/screen-repair/", ANSWERS)
    assert WORKED_PRICE in page.content.decode()
    for factor in ("Older device", "Poor condition", "Urgent repair"):
        assert factor in page.content.decode()
    book = next(link for link in forms.read(page).links if link.startswith("/book/?"))
    page = client.get(book)
    assert WORKED_PRICE in page.content.decode()
    page = forms.send(client, forms.find(page, "problem", "repairs"), problem="The glass is cracked.")
    assert page.request["PATH_INFO"].endswith("/time/")
    assert Quote.objects.latest("pk").total == Decimal(WORKED_PRICE)
    form = forms.find(page, "starts_at")
    return forms.send(client, form, starts_at=form.choices["starts_at"][0])


def order(client: Client, pay_by: str = "demo", **details: str) -> Any:
    """From the booking to the provider's page or the thank-you page."""
    page = client.get("/checkout/")
    page = forms.send(client, forms.find(page, "email", "name"), **{**DETAILS, **details})
    assert WORKED_PRICE in page.content.decode()
    form = forms.find(page, "pay_by")
    consent = {"agree": "on"} if "agree" in form.names else {}
    return forms.send(client, form, pay_by=pay_by, **consent)


def at_the_bank(client: Client, page: Any, outcome: str) -> Any:
    """Press approve, decline or abandon on the demo bank's page."""
    assert "/demo/pay/" in page.request["PATH_INFO"]
    form = next(form for form in forms.read(page).forms if outcome in str(form.buttons) + str(form.values))
    name = next(name for name, values in {**form.values, **form.buttons}.items() if outcome in values)
    return forms.send(client, form, **{name: outcome})


@pytest.fixture
def visitor(shop: Any, client: Client) -> Client:
    return client


def test_a_guest_buys_a_repair_and_follows_it(visitor: Client, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        page = choose(visitor)
        assert WORKED_PRICE in page.content.decode()
        page = at_the_bank(visitor, order(visitor), "approve")
    work_off()
    placed = Order.objects.get()
    assert (placed.status, placed.total_incl_tax) == ("paid", Decimal(WORKED_PRICE))
    assert Payment.objects.get().state == Payment.State.SUCCEEDED
    assert [(row.kind, row.amount) for row in LedgerEntry.objects.order_by("pk")] == [
        ("due", Decimal(WORKED_PRICE)),
        ("paid", Decimal(WORKED_PRICE)),
    ]
    job = Job.objects.get()
    assert (job.status, job.problem) == ("booked", "The glass is cracked.")
    assert job.appointment and job.appointment.state == "confirmed"
    page = visitor.get("/checkout/thank-you/")
    assert placed.number in page.content.decode()
    kinds = set(Message.objects.filter(status="sent").values_list("kind", "channel"))
    assert {("order.placed", "email"), ("order.placed", "sms"), ("payment.settled", "email")} <= kinds
    confirmation = next(mailed for mailed in mail.outbox if placed.number in mailed.body)
    for fact in (WORKED_PRICE, "Older device", "Poor condition", "Urgent repair", "VAT"):
        assert fact in confirmation.body
    link = re.search(r"/track/[^\s/]+/", confirmation.body)
    assert link
    story = Client().get(link.group())
    assert story.status_code == 200
    assert "iPhone 8" in story.content.decode()
    assert "ada@example.com" not in story.content.decode()


def test_the_bench_moves_a_job_and_the_customer_is_told(visitor: Client, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        choose(visitor)
        at_the_bank(visitor, order(visitor), "approve")
    job = Job.objects.get()
    bench = Client()
    bench.force_login(make_staff())
    assert job.reference in bench.get("/bench/").content.decode()
    page = bench.get(f"/bench/jobs/{job.reference}/")
    form = forms.find(page, "to")
    with django_capture_on_commit_callbacks(execute=True):
        forms.send(bench, form, to="received", note="Arrived in good order.")
    work_off()
    job.refresh_from_db()
    assert job.status == "received"
    assert Message.objects.filter(kind="job.received", channel="email", status="sent").count() == 1
    assert "Arrived in good order." in Client().get(f"/track/{tracking.token(job)}/").content.decode()


def test_a_declined_payment_can_be_tried_again(visitor: Client, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        choose(visitor)
        page = at_the_bank(visitor, order(visitor), "decline")
    work_off()
    assert Order.objects.get().status == "awaiting-payment"
    page = visitor.get(f"/checkout/pay/{Order.objects.get().number}/")
    with django_capture_on_commit_callbacks(execute=True):
        page = forms.send(visitor, next(f for f in forms.read(page).forms if f.method == "post" and "pay" in f.address))
        at_the_bank(visitor, page, "approve")
    work_off()
    assert Order.objects.get().status == "paid"
    assert sorted(Payment.objects.values_list("state", flat=True)) == ["failed", "succeeded"]
    assert LedgerEntry.objects.filter(kind="paid").count() == 1


def test_paying_in_the_shop_keeps_the_visit(visitor: Client, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        choose(visitor)
        page = order(visitor, pay_by="in_store")
    placed = Order.objects.get()
    assert "/checkout/thank-you/" in page.request["PATH_INFO"]
    assert (placed.status, placed.visit.release_at) == ("awaiting-payment", None)
    assert Job.objects.get().appointment.state == "confirmed"


def test_a_customer_with_an_account_finds_the_repair_there(visitor: Client, django_capture_on_commit_callbacks: Any):
    ada = make_user("ada@example.com")
    visitor.force_login(ada)
    with django_capture_on_commit_callbacks(execute=True):
        choose(visitor)
        order(visitor, pay_by="in_store")
    assert Order.objects.get().user == ada
    assert Job.objects.get().reference in visitor.get("/account/").content.decode()
    other = Client()
    other.force_login(make_user("eve@example.com"))
    assert Job.objects.get().reference not in other.get("/account/").content.decode()


def test_what_was_ordered_keeps_its_price_when_prices_change(visitor: Client, shop: Any):
    choose(visitor)
    offer = shop.screen.offers.get()
    offer.price = Decimal("999.00")
    offer.save()
    assert WORKED_PRICE in visitor.get("/basket/").content.decode()
    assert "£999" not in visitor.get("/basket/").content.decode()


def test_nobody_else_sees_the_order(visitor: Client, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        choose(visitor)
        order(visitor, pay_by="in_store")
    number = Order.objects.get().number
    stranger = Client()
    assert stranger.get(f"/checkout/pay/{number}/").status_code == 404
    stranger.force_login(make_user("eve@example.com"))
    assert stranger.get(f"/checkout/pay/{number}/").status_code == 404


def test_a_job_moved_back_tells_nobody_twice(visitor: Client, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        choose(visitor)
        order(visitor, pay_by="in_store")
        job, staff = Job.objects.get(), make_staff()
        workflow.move(job.pk, to="received", by=staff, at=SHOP_TIME)
        workflow.undo(job.pk, by=staff, at=SHOP_TIME)
        workflow.move(job.pk, to="received", by=staff, at=SHOP_TIME)
    work_off()
    assert Message.objects.filter(kind="job.received", channel="email").count() == 1
