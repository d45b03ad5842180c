"""The photos step of a booking: by script or by plain form, for who has the draft's link and nobody else."""

import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from repairs.models import Job, Photo
from shop import baskets, drafts, placement, reserve
from shop.models import BasketVisit, Draft, DraftItem
from tests.factories import Shop, make_user
from tests.repairs.pictures import bomb, from_a_phone, picture, sent

SCRIPT = {"HTTP_X_PHOTOS": "1"}


@pytest.fixture
def begun(shop: Shop) -> tuple[Draft, str, list[DraftItem]]:
    """A draft of two phones, priced, with its link's token."""
    at = timezone.now()
    draft, token = drafts.start(site=shop.site, at=at)
    items = [drafts.add_item(draft, at=at, device=device) for device in (shop.iphone_13, shop.iphone_8)]
    for item in items:
        drafts.answer_issue(draft, item, repair_types=[shop.screen], condition="good", problem="", at=at)
    return drafts.find(site=shop.site, token=token), token, items


def step(token: str) -> str:
    return reverse("draft-photos", args=[token])


def by_script(client: Client, token: str, item: DraftItem, content: bytes | None = None, **more: Any) -> Any:
    file = sent(picture() if content is None else content)
    return client.post(step(token), {"photo": file, "item": str(item.key), **more}, **SCRIPT)


def test_a_plain_form_takes_several_pictures_of_several_things_and_goes_on(begun: Any, client: Client) -> None:
    _draft, token, (first, second) = begun
    answer = client.post(
        step(token),
        {
            f"photos-{first.key}": [sent(picture()), sent(from_a_phone(), "back.heic")],
            f"photos-{second.key}": [sent(picture(kind="PNG"))],
            "act": "continue",
        },
    )
    assert answer.status_code == 302
    assert answer["Location"] == reverse("draft-details", args=[token])
    assert [Photo.objects.filter(batch=str(item.key)).count() for item in (first, second)] == [2, 1]
    assert BasketVisit.objects.get().has_photos


def test_adding_stays_on_the_step_and_shows_them(begun: Any, client: Client) -> None:
    _draft, token, (first, _second) = begun
    answer = client.post(step(token), {f"photos-{first.key}": [sent(picture())], "act": "add"}, follow=True)
    key = Photo.objects.get().key
    assert reverse("draft-photo", args=[token, key, "thumbnail"]) in answer.content.decode()
    assert "1 picture was added." in answer.content.decode()


def test_a_bad_file_is_named_and_the_good_ones_are_kept(begun: Any, client: Client) -> None:
    _draft, token, (first, second) = begun
    answer = client.post(
        step(token),
        {
            f"photos-{first.key}": [sent(picture()), sent(b"<html>", "<b>fake.jpg"), sent(bomb(), "bomb.png")],
            f"photos-{second.key}": [sent(picture())],
            "act": "continue",
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert Photo.objects.count() == 2
    assert "2 files could not be added. The others are kept." in page
    assert "&lt;b&gt;fake.jpg" in page and "<b>fake" not in page
    assert "not a JPEG, PNG, WebP or HEIC" in page and "million pixels" in page


def test_a_script_sends_one_picture_and_gets_its_tile(begun: Any, client: Client) -> None:
    _draft, token, (first, _second) = begun
    answer = by_script(client, token, first)
    found = answer.json()
    assert answer.status_code == 201
    assert Photo.objects.get(key=found["key"]).batch == str(first.key)
    assert f'data-photo="{found["key"]}"' in found["html"]
    image = client.get(reverse("draft-photo", args=[token, found["key"], "image"]))
    assert (image["Content-Type"], image["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert image["Cache-Control"].startswith("private")


@pytest.mark.parametrize("content", [b"", b"<svg>", picture()[:150], bomb()])
def test_a_script_hears_in_words_why_a_file_was_refused(begun: Any, client: Client, content: bytes) -> None:
    _draft, token, (first, _second) = begun
    answer = by_script(client, token, first, content)
    assert answer.status_code == 422
    assert len(answer.json()["message"]) > 20
    assert not Photo.objects.exists()


def test_a_picture_for_a_thing_of_another_booking_is_refused(begun: Any, client: Client, shop: Shop) -> None:
    _draft, token, _items = begun
    other, _token = drafts.start(site=shop.site, at=timezone.now())
    foreign = drafts.add_item(other, at=timezone.now(), device=shop.iphone_8)
    assert by_script(client, token, foreign).status_code == 422
    for item in ("", "\x00", "x" * 5000, str(uuid.uuid4())):
        answer = client.post(step(token), {"photo": sent(picture()), "item": item}, **SCRIPT)
        assert answer.status_code == 422
    client.post(step(token), {f"photos-{foreign.key}": [sent(picture())]})
    assert not Photo.objects.exists()


def test_a_picture_can_be_taken_away_and_described(begun: Any, client: Client) -> None:
    _draft, token, (first, _second) = begun
    key = by_script(client, token, first).json()["key"]
    assert client.post(step(token), {f"caption-{key}": " Broken\x00 corner "}, **SCRIPT).status_code == 200
    assert Photo.objects.get().caption == "Broken corner"
    assert client.post(step(token), {"remove": key}, **SCRIPT).status_code == 200
    assert not Photo.objects.exists()
    assert client.post(step(token), {"remove": key}, **SCRIPT).status_code == 200
    assert client.post(step(token), {"remove": "\x00"}, **SCRIPT).status_code == 200


def test_removing_without_script_keeps_the_captions_that_were_typed(begun: Any, client: Client) -> None:
    _draft, token, (first, _second) = begun
    gone, kept = (by_script(client, token, first).json()["key"] for _turn in range(2))
    answer = client.post(step(token), {"remove": gone, f"caption-{kept}": "Left edge"}, follow=True)
    assert "The picture was removed." in answer.content.decode()
    assert (Photo.objects.get().key, Photo.objects.get().caption) == (uuid.UUID(kept), "Left edge")


def test_only_who_has_the_link_sees_or_removes_the_pictures(begun: Any, client: Client, shop: Shop) -> None:
    _draft, token, (first, _second) = begun
    key = by_script(client, token, first).json()["key"]
    other, other_token = drafts.start(site=shop.site, at=timezone.now())
    drafts.add_item(other, at=timezone.now(), device=shop.iphone_8)
    stranger = Client()
    for wrong in (other_token, "made-up", "x" * 500):
        assert stranger.get(reverse("draft-photo", args=[wrong, key, "image"])).status_code == 404
        stranger.post(step(wrong), {"remove": key}, **SCRIPT)
        stranger.post(step(wrong), {f"caption-{key}": "mine"}, **SCRIPT)
    assert Photo.objects.get().caption == ""
    assert client.get(reverse("draft-photo", args=[token, key, "original"])).status_code == 404
    assert client.get(reverse("draft-photo", args=[token, uuid.uuid4(), "image"])).status_code == 404


def test_a_draft_of_another_log_in_shows_no_picture(begun: Any, client: Client) -> None:
    _draft, token, (first, _second) = begun
    client.force_login(make_user("ada@example.org"))
    key = by_script(client, token, first).json()["key"]
    eve = Client()
    eve.force_login(make_user("eve@example.org"))
    assert eve.get(reverse("draft-photo", args=[token, key, "image"])).status_code == 404
    assert client.get(reverse("draft-photo", args=[token, key, "image"])).status_code == 200


def test_pictures_come_to_the_right_jobs_with_the_order_and_no_further_ones_after_it(
    begun: Any, client: Client, shop: Shop
) -> None:
    draft, token, (first, second) = begun
    by_script(client, token, first)
    for _turn in range(2):
        by_script(client, token, second)
    at = timezone.now()
    draft = drafts.find(site=shop.site, token=token)
    basket: Any = draft.basket
    basket.strategy = baskets.Selector().strategy(at=at)
    start = reserve.booking.free_starts(site=shop.site, at=at, first_date=at.date(), days=7)[3]
    reserve.keep_time(site=shop.site, basket=basket, starts_at=start, at=at)
    placement.place(
        basket=basket,
        customer=placement.Customer("Ada", email="ada@example.com"),
        pay_by="in_store",
        shipping_code="in-store",
        address=None,
        shown_total=basket.total_incl_tax,
        at=at,
    )
    counts = {job.subject_name: job.photos.count() for job in Job.objects.all()}
    assert counts == {"iPhone 13": 1, "iPhone 8": 2}
    by_script(client, token, first)
    assert Photo.objects.count() == 3


def test_the_flag_for_photos_survives_a_log_in_that_joins_two_baskets(begun: Any, client: Client, shop: Shop) -> None:
    draft, token, (first, _second) = begun
    by_script(client, token, first)
    mine = baskets.Basket.objects.create(owner=make_user("ada@example.org"))
    mine.strategy = draft.basket.strategy = baskets.Selector().strategy(at=timezone.now())
    mine.merge(draft.basket)
    assert BasketVisit.objects.get(basket=mine).has_photos


def test_skipping_is_a_link_beside_continue(begun: Any, client: Client) -> None:
    _draft, token, (first, _second) = begun
    page = client.get(step(token)).content.decode()
    onward = reverse("draft-details", args=[token])
    assert re.search(rf'href="{onward}"[^>]*>Skip this step', page)
    by_script(client, token, first)
    assert "Skip this step" not in client.get(step(token)).content.decode()


def test_without_a_thing_there_is_nothing_to_photograph(shop: Shop, client: Client) -> None:
    _draft, token = drafts.start(site=shop.site, at=timezone.now())
    assert client.get(step(token)).status_code == 302


def test_the_step_costs_the_same_however_many_pictures_there_are(begun: Any, client: Client) -> None:
    _draft, token, (first, second) = begun
    by_script(client, token, first)
    client.get(step(token))
    with CaptureQueriesContext(connection) as one:
        client.get(step(token))
    for _turn in range(5):
        by_script(client, token, second)
    with CaptureQueriesContext(connection) as many:
        client.get(step(token))
    assert len(many) == len(one)


def test_a_post_without_its_csrf_token_is_refused(begun: Any) -> None:
    _draft, token, (first, _second) = begun
    assert by_script(Client(enforce_csrf_checks=True), token, first).status_code == 403
    assert not Photo.objects.exists()


def test_one_address_sends_so_many_pictures_in_an_hour_and_no_more(begun: Any, client: Client, settings: Any) -> None:
    _draft, token, (first, _second) = begun
    settings.GUESSES_PER_HOUR = {"photos": 2}
    assert [by_script(client, token, first).status_code for _turn in range(3)] == [201, 201, 422]
    assert Photo.objects.count() == 2


def test_a_form_that_says_it_is_enormous_is_refused_before_it_is_read(begun: Any, client: Client) -> None:
    _draft, token, _items = begun
    for checks in (True, False):
        sender = Client(enforce_csrf_checks=checks)
        sender.get(step(token))
        answer = sender.post(step(token), {"photo": sent(picture())}, CONTENT_LENGTH="5368709120")
        assert answer.status_code == 400
    assert not Photo.objects.exists()
