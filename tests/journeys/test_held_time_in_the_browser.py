"""The kept time in a real browser: a page that is seen keeps it longer, and gets one back that nobody took."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from repairs.models import Hold, SlotCell
from shop import drafts, reserve
from tests.factories import make_shop
from tests.shop.browsers import soon

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def details(served: str, *, minutes_left: int) -> str:
    """A booking that has come to its details with so many minutes left of its time; the address of the step."""
    shop, at = make_shop(), timezone.now()
    draft, token = drafts.start(site=shop.site, at=at)
    item = drafts.add_item(draft, at=at, device=shop.iphone_8)
    drafts.answer_issue(draft, item, repair_types=[shop.screen], condition="good", problem="", at=at)
    reserve.keep_time(site=shop.site, basket=draft.basket, starts_at=soon(shop), at=at)
    until = at + timedelta(minutes=minutes_left)
    Hold.objects.update(expires_at=until)
    SlotCell.objects.update(expires_at=until)
    return f"{served}/book/{token}/details/"


def test_a_page_that_is_seen_keeps_the_time_longer_at_once(served: str, page: Any) -> None:
    page.goto(details(served, minutes_left=2))
    page.get_by_text("Kept for you for 15 more minutes").first.wait_for(timeout=8_000)  # before the first ten seconds
    assert Hold.objects.get().expires_at > timezone.now() + timedelta(minutes=14)


def test_a_page_that_is_seen_gets_a_time_back_that_ran_out_and_nobody_took(served: str, page: Any) -> None:
    page.goto(details(served, minutes_left=-1))
    page.get_by_text("Kept for you").first.wait_for(timeout=8_000)
    page.get_by_text("Your time is no longer kept").wait_for(state="hidden")
    assert Hold.objects.get().expires_at > timezone.now() + timedelta(minutes=14)


def test_a_page_that_nobody_sees_keeps_nothing(served: str, page: Any) -> None:
    """Fetched ahead, or opened behind: its script is not to speak for a customer."""
    page.add_init_script("Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })")
    page.goto(details(served, minutes_left=2))
    page.wait_for_load_state("networkidle")
    assert Hold.objects.get().expires_at < timezone.now() + timedelta(minutes=3)
