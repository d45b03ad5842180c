"""An editor writes, a moderator approves, and every front shows it with the next request: no shell, no waiting."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone

from cms.models import FAQ, CommonIssue, RepairType, Subject, Version
from shop import baskets, quotes
from site_config.page_cache import PageCache
from tests.cms.editors import approve, at, faq_form, issue_form, person, repair_form, send, subject_form
from tests.factories import Shop
from tests.site_config.test_page_cache import Got


class Committed:
    """The versions as the database has them, without the wrapper's own connection."""

    def current(self) -> Any:
        return tuple(Version.objects.order_by("site", "scope").values_list("site_id", "scope", "number"))


@pytest.fixture
def fronts() -> PageCache:
    """The page cache around Django."""
    return PageCache(get_wsgi_application(), versions=Committed())  # type: ignore[arg-type]


@contextmanager
def kept_connection() -> Iterator[None]:
    """The requests inside leave the test's connection open. Django's test client puts the receivers back each time."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


PAGES = ("/devices/", "/repairs/iphone/", "/api/v1/devices/", "/devices/iphone-14/", "/api/v1/devices/iphone-14/")
REPAIR = "/devices/iphone-14/face-id-repair/"


def seen(fronts: PageCache, path: str) -> str:
    """What a visitor gets through the page cache; nothing when it is not found."""
    with kept_connection():
        got = Got(fronts, path)
    return got.body.decode() if got.status == 200 else ""


def typed(words: str) -> str:
    """What the search answers while somebody types."""
    return Client().get("/find/", {"q": words}).content.decode()


def booked(device: str) -> str:
    """The step of the booking that offers the repairs of a device."""
    return Client().get("/book/", {"device": device}, follow=True).content.decode()


def written(editor: Client, shop: Shop) -> tuple[Subject, RepairType]:
    """A device with a repair, handed in by the editor."""
    send(editor, at(Subject, "add"), subject_form(parent=shop.iphone.pk), "submit")
    device = Subject.objects.get(slug="iphone-14")
    send(editor, at(RepairType, "add"), repair_form(subject=device.pk), "submit")
    return device, RepairType.objects.get(slug="face-id-repair")


def priced(browser: Client, shop: Shop, device: Subject, repair: RepairType) -> None:
    """Its price, set where the form of the repair leads."""
    form = {"site": shop.site.pk, "repair_type": repair.pk, "subject": device.pk, "price": "149.00", "currency": "GBP"}
    form["kind"] = "fixed"
    answer = browser.post("/cms/repairoffer/new/", {**form, "active": "on"})
    assert answer.status_code == 302, answer.context["form"].errors


def test_an_approved_device_is_everywhere_with_the_next_request_and_can_be_bought(shop: Shop, fronts: Any) -> None:
    editor, moderator = person("editor"), person("moderator")
    before = {path: seen(fronts, path) for path in PAGES}
    device, repair = written(editor, shop)
    assert not (device.live or repair.live)
    assert {path: seen(fronts, path) for path in PAGES} == before, "a draft is nobody's business"
    assert "iPhone 14" not in typed("iphone 14")

    approve(moderator, device)
    approve(moderator, repair)
    priced(moderator, shop, device, repair)
    for path in PAGES:
        assert "iPhone 14" in seen(fronts, path), path
    assert "£149.00" in seen(fronts, REPAIR)
    assert "/devices/iphone-14/face-id-repair/" in typed("iphone 14 face")
    assert "Face ID repair" in booked("iphone-14")
    quote = quotes.issue(site=shop.site, device=device, repair_type=repair, answers={}, at=timezone.now())
    basket = baskets.open_basket(site=shop.site, token="fresh", at=timezone.now())
    assert baskets.add_quote(basket=basket, quote=quote, at=timezone.now()).price_incl_tax == quote.total


def test_an_approved_question_and_complaint_stand_on_the_page_with_the_next_request(shop: Shop, fronts: Any) -> None:
    editor, moderator, page = person("editor"), person("moderator"), "/devices/iphone-13/"
    send(editor, at(FAQ, "add"), faq_form(subject=shop.iphone.pk), "submit")
    send(editor, at(CommonIssue, "add"), issue_form(subject=shop.phones.pk, repair_type=shop.port.pk), "submit")
    faq, issue = FAQ.objects.get(), CommonIssue.objects.get()
    assert faq.question not in seen(fronts, page)
    approve(moderator, faq)
    assert faq.question in seen(fronts, page)
    approve(moderator, issue)
    assert issue.phrase in seen(fronts, page)
    assert "/book/?device=iphone-13&amp;repair=charging-port-repair" in seen(fronts, page), "the editor's choice counts"
    assert issue.phrase in seen(fronts, "/api/v1/devices/iphone-13/")
    assert issue.phrase in booked("iphone-13")


def test_what_is_unpublished_is_gone_everywhere_with_the_next_request(shop: Shop, fronts: Any) -> None:
    moderator = person("moderator")
    assert "/devices/iphone-13/" in seen(fronts, "/devices/") and "Screen repair" in seen(fronts, "/devices/iphone-8/")
    assert moderator.post(at(Subject, "unpublish", shop.iphone_13.pk)).status_code == 302
    for path in ("/devices/", "/repairs/iphone/", "/api/v1/devices/"):
        assert "iphone-13" not in seen(fronts, path), path
    assert not seen(fronts, "/devices/iphone-13/")
    assert "iphone-13" not in typed("iphone 13")
    assert moderator.post(at(RepairType, "unpublish", shop.screen.pk)).status_code == 302
    assert "Screen repair" not in seen(fronts, "/devices/iphone-8/")
    assert not seen(fronts, "/devices/iphone-8/screen-repair/")
    assert "Screen repair" not in booked("iphone-8")


def test_a_schedule_is_kept_by_the_minute_and_shown_at_once(shop: Shop, fronts: Any, monkeypatch: Any) -> None:
    task = settings.SCHEDULES["publish scheduled pages"]
    assert task["args"] == ("publish_scheduled",) and task.get("minutes", 1) == 1, "60 s, and 30 s to spare"
    moderator, soon = person("moderator"), timezone.now() + timedelta(minutes=10)
    form = subject_form(parent=shop.iphone.pk, go_live_at=f"{timezone.localtime(soon):%Y-%m-%d %H:%M}")
    send(moderator, at(Subject, "add"), form, "publish")
    call_command("publish_scheduled", verbosity=0)
    assert "iPhone 14" not in seen(fronts, "/devices/")
    monkeypatch.setattr("django.utils.timezone.now", lambda: soon + timedelta(minutes=1))
    call_command("publish_scheduled", verbosity=0)
    assert "iPhone 14" in seen(fronts, "/devices/")
