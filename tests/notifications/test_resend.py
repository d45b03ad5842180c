"""Sending a failed message again: once, by somebody who is written down."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from notifications import outbox, resend
from notifications.models import Message, Resending
from tests.factories import SHOP_TIME, make_shop, make_staff
from tests.shop.test_races import at_once

pytestmark = pytest.mark.django_db
LATER = SHOP_TIME + timedelta(hours=3)


def failed(shop: Any, kind: str = "job.ready", **more: Any) -> Message:
    values = {
        "contact": None,
        "channel": "email",
        "to": "ada@example.com",
        "language": "en-gb",
        "context": {"reference": "R-AAAA-BBBB", "device": "iPhone 13"},
        "dedupe_key": f"{kind}:1",
        "status": Message.Status.FAILED,
        "send_after": SHOP_TIME,
        "created_at": SHOP_TIME,
        "attempts": 8,
        "error": "The mail server answered 550: no such user",
        "provider_id": "abc",
    }
    return Message.objects.create(**{"site": shop.site, "kind": kind, **values, **more})


def again(row: Message, by: Any, at: datetime = LATER) -> bool:
    return resend.send_again(row.pk, by=by, at=at)


def test_a_failed_message_is_queued_with_fresh_tries_and_who_asked_is_kept(shop: Any) -> None:
    row, by = failed(shop), make_staff()
    assert again(row, by)
    row.refresh_from_db()
    assert (row.status, row.attempts, row.error, row.provider_id, row.send_after) == ("queued", 0, "", "", LATER)
    kept = Resending.objects.get()
    assert (kept.message, kept.by, kept.at, kept.attempts) == (row, by, LATER, 8)
    assert (kept.error, kept.provider_id) == ("The mail server answered 550: no such user", "abc")


def test_it_really_goes_out_after_that(shop: Any, mailoutbox: Any) -> None:
    row = failed(shop)
    again(row, make_staff())
    for claimed in outbox.claim(at=LATER):
        outbox.deliver(claimed, at=LATER)
    row.refresh_from_db()
    assert (row.status, row.attempts, len(mailoutbox)) == ("sent", 1, 1)


def test_pressing_twice_sends_once(shop: Any) -> None:
    row, by = failed(shop), make_staff()
    assert [again(row, by), again(row, by)] == [True, False]
    assert Resending.objects.count() == 1


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "delivered"])
def test_what_has_not_failed_is_not_sent_again(shop: Any, status: str) -> None:
    row = failed(shop, status=status)
    assert not again(row, make_staff())
    row.refresh_from_db()
    assert (row.status, row.attempts) == (status, 8)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_people_pressing_at_once_send_once() -> None:
    shop = make_shop()
    row, by = failed(shop), make_staff()
    assert sorted(at_once(*[lambda: again(row, by)] * 4)) == [False, False, False, True]
    assert Resending.objects.count() == 1


def test_a_message_that_opened_an_account_is_gone_and_cannot_be_repeated(shop: Any) -> None:
    row = failed(shop, kind="account.mail", context={})
    assert not resend.can_resend(row)
    with pytest.raises(resend.WordsNotKept):
        again(row, make_staff())
    row.refresh_from_db()
    assert row.status == "failed"
    assert not Resending.objects.exists()
