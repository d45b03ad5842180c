"""Only what a provider has signed gets in, and it gets in once."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from notifications.models import Message
from shop.models import DemoCharge, LedgerEntry, Payment, PaymentEvent
from shop.payments import attempts, demo_bank, inbox, ledger, returning, starting, sweep
from shop.payments.base import Report
from tests import queue
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order

SECRET = "demo-webhook-secret"
URL = "/payments/demo/webhook/"
BACK = "http://testserver/back/"


def approved(shop: Any) -> Payment:
    """A payment that the customer has approved at the bank; we have not heard of it yet."""
    now = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0)
    payment = starting.start(order=make_order(shop, at=now), at=now, return_url=BACK).payment
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    return payment


def letter(payment: Payment, at: Any = None, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    event = demo_bank.outcome(DemoCharge.objects.get(pk=payment.provider_id))
    assert event is not None
    return demo_bank.signed(event, secret=secret, at=at or timezone.now())


def post(body: bytes, headers: dict[str, str], url: str = URL) -> int:
    return Client().post(url, data=body, content_type="application/json", headers=headers).status_code


@pytest.mark.django_db
def test_a_signed_webhook_is_kept_answered_and_settled_by_the_worker(shop: Any) -> None:
    payment = approved(shop)
    queue.work_off()
    assert post(*letter(payment)) == 200
    payment.refresh_from_db()
    assert payment.state == "pending"
    assert queue.work_off() >= 1
    payment.refresh_from_db()
    assert (payment.state, payment.order.status) == ("succeeded", "paid")


@pytest.mark.django_db
def test_the_same_webhook_ten_times_is_answered_ten_times_and_kept_once(shop: Any) -> None:
    payment = approved(shop)
    assert [post(*letter(payment)) for _ in range(10)] == [200] * 10
    queue.work_off()
    assert PaymentEvent.objects.count() == 1
    assert LedgerEntry.objects.filter(kind="paid").count() == 1
    assert Message.objects.filter(kind="payment.settled").count() == 1


def forgeries(body: bytes, headers: dict[str, str], payment: Payment) -> dict[str, tuple[bytes, dict[str, str]]]:
    name = demo_bank.SIGNATURE_HEADER
    stamp, signature = headers[name].split(",")
    now = timezone.now()
    return {
        "no header": (body, {}),
        "empty header": (body, {name: ""}),
        "no signature": (body, {name: stamp}),
        "no time": (body, {name: signature}),
        "another scheme": (body, {name: headers[name].replace("v1=", "v0=")}),
        "time is no number": (body, {name: f"t=soon,{signature}"}),
        "huge time": (body, {name: f"t={'9' * 30},{signature}"}),
        "signature is not ascii": (body, {name: f"{stamp},v1=\xe9"}),
        "wrong secret": letter(payment, secret="another"),
        "301 seconds old": letter(payment, at=now - timedelta(seconds=302)),
        "a day old": letter(payment, at=now - timedelta(days=1)),
        "from the future": letter(payment, at=now + timedelta(seconds=400)),
        "body changed": (body.replace(b"46798", b"1"), headers),
        "encoded again": (json.dumps(json.loads(body), indent=1).encode(), headers),
        "body empty": (b"", headers),
    }


@pytest.mark.django_db
def test_a_webhook_that_is_not_signed_as_it_stands_is_400_and_writes_nothing(shop: Any) -> None:
    payment = approved(shop)
    queue_lost()
    answers = {name: post(*forged) for name, forged in forgeries(*letter(payment), payment).items()}
    assert set(answers.values()) == {400}, answers
    assert not PaymentEvent.objects.exists()
    assert queue.waiting() == []


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "status"), [("/payments/nobody/webhook/", 404), ("/payments/in_store/webhook/", 400)])
def test_a_webhook_for_nobody_is_turned_away(shop: Any, url: str, status: int) -> None:
    assert post(*letter(approved(shop)), url=url) == status
    assert not PaymentEvent.objects.exists()


@pytest.mark.django_db
def test_a_webhook_address_answers_posts_only(client: Client) -> None:
    assert client.get(URL).status_code == 405


@pytest.mark.django_db
def test_our_own_failure_is_a_500_so_that_they_send_it_again(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    body, headers = letter(approved(shop))

    def broken(**facts: Any) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr("shop.payments.inbox.keep", broken)
    sender = Client(raise_request_exception=False)
    assert sender.post(URL, data=body, content_type="application/json", headers=headers).status_code == 500


@pytest.mark.django_db
def test_a_signed_event_about_something_unknown_is_kept(shop: Any) -> None:
    event = {
        "id": "evt_stray",
        "type": "charge.succeeded",
        "live": False,
        "charge": {"id": "ch_stray", "reference": "P-NOBODYS", "amount": 100, "currency": "GBP"},
    }
    assert post(*demo_bank.signed(event, secret=SECRET, at=timezone.now())) == 200
    queue.work_off()
    kept = PaymentEvent.objects.get()
    assert (kept.event_id, kept.body, kept.attempts) == ("evt_stray", event, 1)


@pytest.mark.django_db
def test_an_event_whose_task_was_lost_is_queued_again_by_the_sweep(shop: Any) -> None:
    payment = approved(shop)
    post(*letter(payment))
    queue_lost()
    assert sweep.queue_events(at=timezone.now()) == 0
    assert sweep.queue_events(at=timezone.now() + timedelta(minutes=2)) == 1
    queue.work_off()
    payment.refresh_from_db()
    assert payment.state == "succeeded"


@pytest.mark.django_db
def test_a_payment_nobody_told_us_about_is_looked_up_by_the_sweep(shop: Any) -> None:
    payment = approved(shop)
    later = payment.changed_at + timedelta(minutes=11)
    assert sweep.look_up_payments(at=later) == 1
    payment.refresh_from_db()
    assert (payment.state, payment.order.status) == ("succeeded", "paid")
    assert sweep.look_up_payments(at=later) == 0


@pytest.mark.django_db
def test_a_provider_that_does_not_answer_the_sweep_is_asked_again_later(shop: Any, settings: Any) -> None:
    payment = approved(shop)
    options = settings.PAYMENT_PROVIDERS["demo"]["OPTIONS"]
    failing = {**settings.PAYMENT_PROVIDERS["demo"], "OPTIONS": {**options, "fail": "unavailable"}}
    settings.PAYMENT_PROVIDERS = {**settings.PAYMENT_PROVIDERS, "demo": failing}
    later = payment.changed_at + timedelta(minutes=11)
    assert sweep.look_up_payments(at=later) == 1
    assert sweep.look_up_payments(at=later + timedelta(minutes=1)) == 0
    assert sweep.look_up_payments(at=later + timedelta(minutes=11)) == 1


def queue_lost() -> None:
    from django_q.models import OrmQ  # noqa: PLC0415 - one test loses its queue

    OrmQ.objects.all().delete()


def at_once(*acts: Any) -> list[Any]:
    """Run all acts in threads of their own behind a barrier, each with its own connection."""
    barrier = Barrier(len(acts))

    def run(act: Any) -> Any:
        try:
            barrier.wait(timeout=20)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, act) for act in acts]]


def settled_once(payment: Payment) -> None:
    payment.refresh_from_db()
    payment.order.refresh_from_db()
    assert (payment.state, payment.order.status) == ("succeeded", "paid")
    assert LedgerEntry.objects.filter(kind="paid").count() == 1
    assert payment.order.status_changes.count() == 1
    assert Message.objects.filter(kind="payment.settled").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_return_and_webhook_at_the_same_instant_are_one_settlement_and_one_receipt(shop: Any) -> None:
    payment = approved(shop)
    body, headers = letter(payment)

    def by_webhook() -> int:
        status = post(body, headers)
        for event_id in PaymentEvent.objects.values_list("pk", flat=True):
            from_worker(event_id)
        return status

    def by_return() -> int:
        returning.settle_return(payment_reference=payment.reference, at=timezone.now())
        return 200

    assert at_once(by_webhook, by_return, by_webhook, by_return) == [200] * 4
    queue.work_off()
    assert PaymentEvent.objects.count() == 1
    settled_once(payment)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_different_events_of_one_success_at_once_are_one_settlement(shop: Any) -> None:
    payment = approved(shop)
    event = demo_bank.outcome(DemoCharge.objects.get(pk=payment.provider_id))
    assert event is not None
    for number in range(4):
        post(*demo_bank.signed({**event, "id": f"evt_{number}"}, secret=SECRET, at=timezone.now()))
    ids = list(PaymentEvent.objects.values_list("pk", flat=True))
    at_once(*[lambda event_id=event_id: from_worker(event_id) for event_id in ids])
    assert sorted(PaymentEvent.objects.values_list("state", flat=True)) == ["applied", "ignored", "ignored", "ignored"]
    settled_once(payment)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_three_equal_webhooks_in_parallel_are_one_settlement(shop: Any) -> None:
    payment = approved(shop)
    body, headers = letter(payment)
    assert at_once(*[lambda: post(body, headers)] * 3) == [200] * 3
    event_id = PaymentEvent.objects.get().pk
    at_once(*[lambda: from_worker(event_id)] * 3)
    settled_once(payment)
    # Judged by one worker; the others found it judged and left what it says.
    assert PaymentEvent.objects.values_list("state", "attempts").get() == ("applied", 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_payments_of_one_order_reported_at_once_are_added_up(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    order = make_order(shop, total="100.00", at=SHOP_TIME)
    halves = [attempts.next_attempt(order, provider="demo", amount=Decimal("50.00"), at=SHOP_TIME) for _ in range(2)]
    facts = {"kind": "succeeded", "provider_id": "", "amount": Decimal("50.00"), "currency": "GBP", "live": False}
    reports = [Report(event_id=f"evt_{half.pk}", reference=half.reference, **facts) for half in halves]
    events = inbox.keep(provider="demo", reports=reports, at=SHOP_TIME)
    both_at_the_sum, add_up = Barrier(2), ledger.balance

    def together(order: Any) -> Any:
        with suppress(BrokenBarrierError):
            both_at_the_sum.wait(timeout=1)  # in vain: the second comes when the first has written its half
        return add_up(order)

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "balance", together)
        at_once(*[lambda event=event: ledger.apply(event.pk, at=SHOP_TIME) for event in events])
    order.refresh_from_db()
    assert (order.status, ledger.balance(order).open) == ("paid", 0)


def from_worker(event_id: int) -> None:
    from shop.payments import tasks  # noqa: PLC0415 - read as the worker reads it

    tasks.apply_event.func(event_id)
