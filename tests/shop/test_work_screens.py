"""The screens about messages and the worker: who sees what, and that they tell the truth."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import Schedule, Task

from notifications import breaker, schedules, work
from notifications.models import Message, Receipt
from tests.factories import make_staff, make_user
from tests.notifications.test_resend import failed

pytestmark = pytest.mark.django_db
LIST, WORK = "/bench/messages/", "/bench/work/"
DESK = ("see_bench", "work_bench", "view_message", "change_message", "view_payment")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff(permissions=DESK))
    return client


@pytest.fixture
def technician(client: Client) -> Client:
    client.force_login(make_staff("tech@example.com"))
    return client


def shown(client: Client, address: str = LIST, **query: str) -> list[int]:
    return sorted(row.pk for row in client.get(address, query).context["page_obj"])


def message(shop: Any, key: str, **more: Any) -> Message:
    return failed(shop, dedupe_key=key, **more)


def test_the_screens_are_for_staff(shop: Any, client: Client) -> None:
    row = message(shop, "a")
    for address in (LIST, WORK, f"{LIST}{row.pk}/"):
        assert client.get(address).status_code == 302
    client.force_login(make_user("stranger@example.com"))
    for address in (LIST, WORK, f"{LIST}{row.pk}/"):
        assert client.get(address).status_code == 403
    assert client.post(f"{LIST}{row.pk}/again/").status_code == 403


def test_another_shops_messages_are_not_here(shop: Any, desk: Client, second_site: Any) -> None:
    ours, theirs = message(shop, "a"), message(shop, "b", site=second_site)
    assert shown(desk) == [ours.pk]
    assert desk.get(f"{LIST}{theirs.pk}/").status_code == 404
    assert desk.post(f"{LIST}{theirs.pk}/again/").status_code == 404


def test_a_technician_sees_messages_about_jobs_and_no_others(shop: Any, technician: Client) -> None:
    about_job = message(shop, "a", kind="job.ready")
    others = [message(shop, kind, kind=kind) for kind in ("account.mail", "payment.settled", "order.placed")]
    assert shown(technician) == [about_job.pk]
    for row in others:
        assert technician.get(f"{LIST}{row.pk}/").status_code == 404
    assert technician.post(f"{LIST}{about_job.pk}/again/").status_code == 403


def test_words_that_open_an_account_are_shown_to_nobody_on_the_bench(shop: Any, desk: Client) -> None:
    row = message(shop, "a", kind="account.mail", subject="Your code 482913", text="482913", html="<p>482913</p>")
    for address in (LIST, f"{LIST}{row.pk}/"):
        page = desk.get(address).content.decode()
        assert "account.mail" in page
        assert "482913" not in page


def test_filters_and_search_narrow_the_list(shop: Any, desk: Client) -> None:
    ready = message(shop, "a", kind="job.ready")
    text = message(shop, "b", channel="sms", to="+447911123456", status="sent", context={"reference": "R-CCCC-DDDD"})
    assert shown(desk, status="sent") == shown(desk, channel="sms") == shown(desk, q="r-cccc-dddd") == [text.pk]
    assert shown(desk, q="ada@exa") == shown(desk, status="failed", kind="job.ready") == [ready.pk]
    for hostile in ("\x00", "%", "9" * 500, "' OR 1=1 --"):
        for name in ("q", "status", "channel", "kind", "page"):
            assert desk.get(LIST, {name: hostile}).status_code == 200


def test_a_message_is_shown_in_a_frame_that_can_do_nothing(shop: Any, desk: Client) -> None:
    row = message(shop, "a", html='<p onclick="x">Hi</p><script>alert(1)</script>')
    Receipt.objects.create(
        provider="x", event_id="1", message=row, status="failed", detail="box full", at=row.created_at
    )
    page = desk.get(f"{LIST}{row.pk}/").content.decode()
    assert " sandbox srcdoc=" in page
    assert "<script>alert" not in page
    assert "box full" in page


def test_send_again_queues_it_and_tells_who_asked(shop: Any, desk: Client) -> None:
    row = message(shop, "a")
    address = f"{LIST}{row.pk}/"
    assert desk.get(f"{address}again/").status_code == 405
    for said in ("waits in the outbox", "not waiting to be repeated"):
        assert said in desk.post(f"{address}again/", follow=True).content.decode()
    assert "bench@example.com" in desk.get(address).content.decode()


def test_the_worker_is_alive_while_its_last_drain_is_young(shop: Any) -> None:
    at = timezone.now()
    assert work.pulse(at=at) == work.Pulse(None, False)
    Task.objects.create(id="a", name="drain", func="notifications.tasks.drain", started=at, stopped=at, success=True)
    assert work.pulse(at=at + timedelta(minutes=2)).alive
    assert not work.pulse(at=at + timedelta(minutes=4)).alive


def test_the_work_page_says_what_to_do_when_the_worker_is_silent(shop: Any, desk: Client) -> None:
    page = desk.get(WORK).content.decode()
    assert "The worker is silent" in page
    assert "manage.py qcluster" in page


def test_a_provider_that_rests_is_told_with_since_when_and_what_to_do(shop: Any, desk: Client) -> None:
    assert "has not answered since" not in desk.get(WORK).content.decode()
    service = breaker.Breaker("demo")
    for _miss in range(breaker.MISSES):
        service.missed("A time-out of the line.")
    page = desk.get(WORK).content.decode()
    assert "Demo bank has not answered since" in page
    assert "Take money at the counter meanwhile." in page
    assert "A time-out of the line." in page
    service.answered()
    assert "has not answered since" not in desk.get(WORK).content.decode()


def test_what_a_provider_said_is_not_for_everybody(shop: Any, technician: Client) -> None:
    service = breaker.Breaker("demo")
    for _miss in range(breaker.MISSES):
        service.missed("A time-out of the line.")
    page = technician.get(WORK).content.decode()
    service.answered()
    assert "Demo bank has not answered since" in page and "A time-out of the line." not in page


def test_the_work_page_stands_without_the_cache(shop: Any, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_args: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(breaker.cache, "get_many", down)
    assert desk.get(WORK).status_code == 200


def test_the_work_page_lists_tasks_and_schedules_with_their_last_run(shop: Any, desk: Client) -> None:
    at = timezone.now()
    schedules.ensure()
    Task.objects.create(
        id="t1", name="broken-one", func="x.y", started=at, stopped=at, success=False, result="Traceback\nBoom: no disk"
    )
    Schedule.objects.filter(name="drain").update(task="t1")
    answer = desk.get(WORK)
    page = answer.content.decode()
    assert "broken-one" in page
    assert "Boom: no disk" in page
    assert next(row for row in answer.context["schedules"] if row.name == "send what waits in the outbox").fine is False


def test_errors_of_tasks_are_not_for_everybody(shop: Any, technician: Client) -> None:
    at = timezone.now()
    Task.objects.create(
        id="t", name="broken", func="x", started=at, stopped=at, success=False, result="to ada@example.com"
    )
    page = technician.get(WORK).content.decode()
    assert "broken" in page
    assert "ada@example.com" not in page


def test_the_pages_cost_the_same_however_much_there_is(shop: Any, desk: Client) -> None:
    schedules.ensure()
    desk.get(LIST), desk.get(WORK)
    counts = []
    for number in (1, 12):
        for each in range(number):
            at = timezone.now()
            message(shop, f"{number}-{each}")
            Task.objects.create(
                id=f"{number}-{each}", name="n", func="f", started=at, stopped=at, success=bool(each % 2)
            )
        with CaptureQueriesContext(connection) as seen:
            desk.get(LIST), desk.get(WORK)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 36, counts
