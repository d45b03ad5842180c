"""Outgoing webhooks: what changed is told once, signed, to the open network only, and tried again until it is taken."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django_q.models import OrmQ

from notifications import claims
from notifications.models import Delivery, Webhook
from notifications.outbound import MOST_TRIES
from notifications.systems import calling, deliveries, webhooks
from tests.factories import SHOP_TIME
from tests.notifications.receiver import Receiver, hook, is_signed, receiving
from tests.queue import waiting

pytestmark = pytest.mark.django_db
KIND, FACTS = "content.published", {"type": "cms.LandingPage", "path": "/über/", "version": 3}


@pytest.fixture(autouse=True)
def nothing_queued(shop: Any) -> None:
    """What making the shop queued is not ours."""
    OrmQ.objects.all().delete()


@pytest.fixture
def other(settings: Any) -> Iterator[Receiver]:
    """A server of somebody else that may be called although it is on loopback."""
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    with receiving() as receiver:
        yield receiver


def post(shop: Any, kind: str = KIND, **payload: Any) -> None:
    webhooks.post(kind=kind, site_id=shop.site.pk, payload=payload or FACTS, at=SHOP_TIME)


def only() -> Delivery:
    return Delivery.objects.get()


def test_an_event_is_one_row_for_each_active_webhook_that_wants_it(shop: Any) -> None:
    wanted = [hook(shop.site, "https://a.example/"), hook(shop.site, "https://b.example/", kinds=[KIND, "x"])]
    hook(shop.site, "https://c.example/", kinds=["content.deleted"])
    hook(shop.site, "https://d.example/", active=False)
    post(shop)
    rows = Delivery.objects.order_by("pk")
    assert [row.webhook_id for row in rows] == [one.pk for one in wanted]
    assert len({row.event_id for row in rows}) == 1
    assert waiting() == [webhooks.DRAIN]


def test_nobody_listens_and_nothing_is_queued(shop: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        post(shop)
    assert not Delivery.objects.exists()
    assert waiting() == []


def test_what_is_rolled_back_is_told_to_nobody(shop: Any) -> None:
    hook(shop.site, "https://a.example/")
    with pytest.raises(RuntimeError), transaction.atomic():
        post(shop)
        raise RuntimeError
    assert not Delivery.objects.exists()
    assert waiting() == []


def test_many_events_of_a_transaction_queue_one_task(shop: Any) -> None:
    hook(shop.site, "https://a.example/")
    with transaction.atomic():
        for _ in range(3):
            post(shop)
    assert waiting() == [webhooks.DRAIN]


def test_an_event_that_is_too_large_for_a_call_is_refused(shop: Any) -> None:
    hook(shop.site, "https://a.example/")
    with pytest.raises(webhooks.TooLarge):
        post(shop, text="x" * webhooks.MOST_BYTES)


def test_a_call_carries_the_event_and_a_signature_that_can_be_checked(shop: Any, other: Receiver) -> None:
    made = hook(shop.site, other.url)
    post(shop)
    assert deliveries.drain(at=SHOP_TIME) == 1
    [(path, headers, text)] = other.came
    body = json.loads(text)
    assert path == "/hook?from=shop"
    assert body == {"id": headers["webhook-id"], "type": KIND, "timestamp": body["timestamp"], "data": FACTS}
    assert headers["content-type"] == "application/json"
    assert is_signed(made.secret, headers, text)
    assert not is_signed(webhooks.new_secret(), headers, text)
    assert not is_signed(made.secret, headers, text + b" ")
    row = only()
    assert (row.status, row.attempts, row.answer_status, row.error) == ("sent", 1, 200, "thank you")


def test_after_an_error_it_is_tried_again_later_with_the_same_event_and_a_fresh_signature(
    shop: Any, other: Receiver
) -> None:
    made, other.answers = hook(shop.site, other.url), [500, 204]
    post(shop)
    assert deliveries.drain(at=SHOP_TIME) == 0
    row = only()
    assert (row.status, row.answer_status, row.error) == ("queued", 500, "thank you")
    assert deliveries.drain(at=SHOP_TIME + timedelta(seconds=59)) == 0
    assert deliveries.drain(at=SHOP_TIME + timedelta(seconds=60)) == 1
    (_, first, text), (_, second, again) = other.came
    assert (first["webhook-id"], text) == (second["webhook-id"], again)
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 60
    assert is_signed(made.secret, second, again)
    assert (only().status, only().attempts) == ("sent", 2)


def test_who_does_not_answer_in_time_is_tried_again(
    shop: Any, other: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "CONNECT_SECONDS", 0.1)
    hook(shop.site, other.url)
    other.silent = threading.Event()
    post(shop)
    assert deliveries.drain(at=SHOP_TIME) == 0
    assert (only().status, only().answer_status, only().error) == ("queued", None, "It did not answer in time.")
    other.silent.set()
    other.silent = None
    assert deliveries.drain(at=SHOP_TIME + timedelta(minutes=1)) == 1


def test_who_answers_drop_by_drop_is_cut_off(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(calling, "WHOLE_SECONDS", 0.3)
    over = threading.Event()

    def drip(server: socket.socket) -> None:
        line, _ = server.accept()
        with line:
            line.recv(4096)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
            while not over.wait(0.02):
                try:
                    line.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,), daemon=True)
        thread.start()
        try:
            with pytest.raises(calling.NoAnswer):
                calling.call(f"http://127.0.0.1:{server.getsockname()[1]}/", text=b"{}", headers={})
        finally:
            over.set()
            thread.join(5)


def test_it_is_given_up_after_the_last_try(shop: Any, other: Receiver) -> None:
    hook(shop.site, other.url)
    other.answers = [503]
    post(shop)
    at = SHOP_TIME
    for _ in range(MOST_TRIES + 2):
        deliveries.drain(at=at)
        at += timedelta(days=1)
    assert len(other.came) == MOST_TRIES
    assert (only().status, only().answer_status) == ("failed", 503)


def test_who_says_gone_is_not_called_again(shop: Any, other: Receiver) -> None:
    made, other.answers = hook(shop.site, other.url), [410]
    post(shop)
    post(shop)
    deliveries.drain(at=SHOP_TIME)
    deliveries.drain(at=SHOP_TIME + timedelta(days=1))
    assert len(other.came) == 1
    assert not Webhook.objects.get(pk=made.pk).active
    assert set(Delivery.objects.values_list("status", flat=True)) == {"failed"}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(shop: Any, other: Receiver, status: int) -> None:
    hook(shop.site, other.url)
    with receiving() as elsewhere:
        other.answers, other.headers = [status], {"Location": elsewhere.url}
        post(shop)
        assert deliveries.drain(at=SHOP_TIME) == 0
        assert elsewhere.came == []
    assert (only().status, only().answer_status) == ("queued", status)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.4.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "224.0.0.1",
        "240.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
def test_an_address_of_our_own_network_is_refused(address: str) -> None:
    assert not calling.is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_an_address_of_the_open_network_is_not(address: str) -> None:
    assert calling.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/",
        "https://user:word@93.184.216.34/",
        "ftp://93.184.216.34/",
        "https:///hook",
        "https://93.184.216.34:99999/",
        "/hook",
    ],
)
def test_only_plain_https_addresses_are_called(url: str) -> None:
    with pytest.raises(calling.NotAllowed):
        calling.check(url)


def test_a_name_that_leads_to_a_private_address_is_not_called_and_not_tried_again(
    shop: Any, other: Receiver, settings: Any
) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = []
    hook(shop.site, other.url.replace("http://127.0.0.1", "https://localhost"))
    post(shop)
    deliveries.drain(at=SHOP_TIME)
    assert other.came == []
    assert (only().status, only().error) == ("failed", "localhost is not a public address.")


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(None, None, None, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    with pytest.raises(calling.NotAllowed):
        calling.find("https://both.example/")


def test_the_call_goes_to_the_address_that_was_looked_at_whatever_the_name_says_next(
    shop: Any, other: Receiver, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["rebound.example"]
    asked = []

    def look_up(host: str, port: int, *args: Any, **more: Any) -> Any:
        asked.append(host)
        if host == "rebound.example":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        return sound(host, port, *args, **more)

    sound = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    hook(shop.site, other.url.replace("127.0.0.1", "rebound.example"))
    post(shop)
    assert deliveries.drain(at=SHOP_TIME) == 1
    assert asked.count("rebound.example") == 1
    assert other.came[0][1]["host"].startswith("rebound.example:")


def test_one_that_does_not_answer_keeps_its_other_calls_waiting_but_nobody_elses(shop: Any, other: Receiver) -> None:
    bad = hook(shop.site, "http://127.0.0.1:9/")  # nothing listens there
    good = hook(shop.site, other.url)
    for _ in range(3):
        post(shop)
    assert deliveries.drain(at=SHOP_TIME) == 3
    assert Delivery.objects.filter(webhook=good, status="sent").count() == 3
    assert sorted(Delivery.objects.filter(webhook=bad).values_list("attempts", flat=True)) == [0, 0, 1]


def test_a_call_whose_worker_died_is_made_again(shop: Any, other: Receiver) -> None:
    hook(shop.site, other.url)
    post(shop)
    [row] = claims.claim(Delivery, at=SHOP_TIME, count=1)
    assert claims.claim(Delivery, at=SHOP_TIME + timedelta(minutes=1), count=1) == []
    assert deliveries.drain(at=SHOP_TIME + claims.LEASE) == 1
    assert deliveries.deliver(row, at=SHOP_TIME) is False, "the first worker's claim is over"
    assert len(other.came) == 1


def test_a_call_can_be_made_again_with_the_same_event(shop: Any, other: Receiver) -> None:
    hook(shop.site, other.url)
    post(shop)
    deliveries.drain(at=SHOP_TIME)
    webhooks.post_again(only(), at=SHOP_TIME)
    webhooks.post_again(only(), at=SHOP_TIME)
    assert deliveries.drain(at=SHOP_TIME) == 1
    assert len(other.events) == 2
    assert len(set(other.events)) == 1


def test_a_test_call_reaches_a_webhook_that_is_switched_off_or_wants_other_kinds(shop: Any, other: Receiver) -> None:
    webhooks.post_test(hook(shop.site, other.url, active=False, kinds=["content.moved"]), at=SHOP_TIME)
    assert deliveries.drain(at=SHOP_TIME) == 1
    assert json.loads(other.came[0][2])["type"] == "webhook.test"


def test_the_log_forgets_old_calls_but_none_that_waits(shop: Any, settings: Any) -> None:
    settings.WEBHOOK_LOG_DAYS = 30
    hook(shop.site, "https://a.example/")
    for _ in range(3):
        post(shop)
    first, second, _third = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=first.pk).update(status="sent")
    Delivery.objects.filter(pk=second.pk).update(status="sent", created_at=SHOP_TIME + timedelta(days=2))
    assert deliveries.prune(at=SHOP_TIME + timedelta(days=31)) == 1
    assert not Delivery.objects.filter(pk=first.pk).exists()
    settings.WEBHOOK_LOG_DAYS = 0
    assert deliveries.prune(at=SHOP_TIME + timedelta(days=999)) == 0
