"""Find my repair: the link goes to whoever booked and to nobody else, and the page tells nobody anything."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from notifications.models import Message
from repairs import tracking
from repairs.models import Job
from shop.portal import lookup
from tests.factories import SHOP_TIME, Shop, make_contact
from tests.queue import waiting, work_off
from tests.shop.orders import place, reserved


@pytest.fixture
def job(shop: Shop) -> Job:
    """Ada's repair; she has an e-mail address and a mobile number."""
    contact = make_contact(shop.site)
    return Job.objects.create(
        site=shop.site, reference="R-AAAA-BBBB", contact=contact, subject_name="iPhone 8",
        status_at=SHOP_TIME, created_at=SHOP_TIME,
    )  # fmt: skip


def ask(client: Client, reference: str, reach: str) -> Any:
    return client.post("/track/", {"reference": reference, "reach": reach})


def send(job: Job, reference: str, reach: str, at: Any = SHOP_TIME) -> list[tuple[str, str]]:
    """What the worker posts for an asking: channel and address of each message."""
    Message.objects.filter(kind="track.link").delete()
    lookup.send_links(job.site_id, reference, reach, at)
    return list(Message.objects.filter(kind="track.link").values_list("channel", "to"))


def test_the_link_goes_by_mail_to_who_asked_with_the_right_address(job: Job) -> None:
    assert send(job, "R-AAAA-BBBB", "ada@example.com") == [("email", "ada@example.com")]
    assert tracking.find(Message.objects.get().context["link"].split("/")[-2]) == job


def test_the_link_goes_by_text_to_who_asked_with_the_right_number(job: Job) -> None:
    assert send(job, " r-aaaa-bbbb ", "07911 123456") == [("sms", "+447911123456")]


@pytest.mark.parametrize(
    ("reference", "reach"),
    [
        ("R-AAAA-BBBB", "eve@example.com"),
        ("R-AAAA-BBBB", "07911 999999"),
        ("R-NONE-NONE", "ada@example.com"),
        ("R-AAAA-BBBB", ""),
        ("R-AAAA-BBBB", "not a number"),
        ("", "ada@example.com"),
        ("R-AAAA", "ada@example.com"),
        ("%", "ada@example.com"),
    ],
)
def test_nothing_goes_anywhere_unless_both_fit(job: Job, reference: str, reach: str) -> None:
    assert send(job, reference, reach) == []


def test_a_contact_without_an_address_is_not_met_by_a_blank_one(shop: Shop, job: Job) -> None:
    type(job.contact).objects.update(phone="")
    assert send(job, "R-AAAA-BBBB", " ") == []


def test_the_number_of_an_order_finds_its_repairs(shop: Shop) -> None:
    order = place(reserved(shop))
    Message.objects.all().delete()
    assert lookup.send_links(shop.site.pk, order.number, "ada@example.com", SHOP_TIME) == 1
    assert Message.objects.get().context["reference"] == order.job_rows.get().job.reference


def test_another_shops_repair_is_not_found_here(job: Job, second_site: Any) -> None:
    assert lookup.send_links(second_site.pk, "R-AAAA-BBBB", "ada@example.com", SHOP_TIME) == 0


def test_asking_on_sends_one_message_in_ten_minutes(job: Job) -> None:
    for minutes in range(10):
        lookup.send_links(job.site_id, "R-AAAA-BBBB", "ada@example.com", SHOP_TIME + timedelta(minutes=minutes))
    assert Message.objects.count() == 1
    lookup.send_links(job.site_id, "R-AAAA-BBBB", "ada@example.com", SHOP_TIME + timedelta(minutes=11))
    assert Message.objects.count() == 2


def test_right_and_wrong_are_answered_alike_at_the_same_cost(job: Job, client: Client) -> None:
    ask(client, "R-AAAA-BBBB", "ada@example.com")
    answers, costs = set(), set()
    for reference, reach in (("R-AAAA-BBBB", "ada@example.com"), ("R-NONE-NONE", "eve@example.com"), ("x", "y")):
        with CaptureQueriesContext(connection) as statements:
            answer = ask(client, reference, reach)
        costs.add(len(statements))
        page = client.get(answer["Location"])
        assert "If that fits a repair, a link is on its way" in page.content.decode()
        answers.add((answer.status_code, answer["Location"]))
    assert len(answers) == len(costs) == 1


def test_the_worker_does_what_the_page_promised_and_keeps_nothing_of_it(job: Job, client: Client) -> None:
    ask(client, "R-AAAA-BBBB", "ada@example.com")
    assert waiting().count(lookup.TASK) == 1
    assert OrmQ.objects.last().task["save"] is False
    assert not Message.objects.exists()
    work_off()
    assert Message.objects.get().to == "ada@example.com"


def test_askings_are_counted_found_or_not(job: Job, client: Client, settings: Any) -> None:
    settings.TRACK_RATE = "2/min"
    assert ask(client, "R-AAAA-BBBB", "ada@example.com").status_code == 302
    assert ask(client, "R-NONE-NONE", "ada@example.com").status_code == 302
    assert ask(client, "R-AAAA-BBBB", "ada@example.com").status_code == 429
    assert client.get(tracking.link(job)).status_code == 200, "asking does not shut the repairs one follows"


@pytest.mark.parametrize("how", ["whole", "path", "token", "question"])
def test_a_pasted_link_is_opened(job: Job, client: Client, how: str) -> None:
    link, token = tracking.link(job), tracking.token(job)
    pasted = {"whole": f"  {link} ", "path": f"/track/{token}/", "token": token, "question": f"{link}?utm=1"}[how]
    answer = client.post("/track/", {"link": pasted}, follow=True)
    assert answer.redirect_chain[0][0].startswith("/track/")
    assert "Your iPhone 8 is booked in" in answer.content.decode()


@pytest.mark.parametrize(
    "pasted", ["", "hello", "https://bad.example/", "x" * 2000, "a\x00b", "https://bad.example/track/"]
)
def test_what_is_no_link_of_ours_is_told_beside_the_field(job: Job, client: Client, pasted: str) -> None:
    page = client.post("/track/", {"link": pasted})
    assert page.status_code in (200, 400)
    assert page.status_code == 400 or "field__error" in page.content.decode()


def test_a_foreign_link_leads_nowhere_but_to_us(client: Client, shop: Shop) -> None:
    answer = client.post("/track/", {"link": "https://bad.example/track/abc/"})
    assert answer["Location"] == "/track/abc/"


@pytest.mark.parametrize(
    "wrong", [{}, {"reference": ""}, {"reference": "x" * 5000, "reach": "y"}, {"reference": "\x00"}]
)
def test_an_incomplete_asking_says_what_is_missing_and_queues_nothing(
    shop: Shop, client: Client, wrong: dict[str, str]
) -> None:
    page = client.post("/track/", wrong)
    assert page.status_code in (200, 400)
    assert lookup.TASK not in waiting()


def test_the_page_speaks_portuguese_too_and_needs_a_token_to_be_sent(shop: Shop) -> None:
    assert 'lang="pt-br"' in Client().get("/pt-br/track/").content.decode()
    assert ask(Client(enforce_csrf_checks=True), "R-AAAA-BBBB", "ada@example.com").status_code == 403
