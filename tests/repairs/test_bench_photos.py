"""Pictures at the bench: who sends, sees, changes and deletes them, and what the customer hears of it."""

import uuid
from typing import Any

import pytest

from repairs import photos
from repairs.models import Job, JobEvent, Photo
from tests.factories import SHOP_TIME, make_staff, make_user
from tests.repairs.factories import make_job
from tests.repairs.pictures import picture, sent


@pytest.fixture
def staff(shop: Any, client: Any) -> Any:
    """A technician, logged in."""
    user = make_staff()
    client.force_login(user)
    return user


@pytest.fixture
def job(shop: Any) -> Job:
    """A booked job."""
    return make_job(shop.site, shop.screen)


@pytest.fixture
def photo(shop: Any, job: Job) -> Photo:
    """What the customer sent."""
    return photos.take_in(site=shop.site, job=job, file=sent(picture()), at=SHOP_TIME)


def at(job: Job, *parts: Any) -> str:
    return "/".join(["/bench/jobs", job.reference, "photos", *map(str, parts), ""])


def test_several_pictures_are_sent_in_one_form_and_the_bad_one_is_named(job: Job, staff: Any, client: Any) -> None:
    files = [sent(picture()), sent(b"nonsense", "odd.jpg"), sent(picture(kind="WEBP"))]
    answer = client.post(at(job), {"photos": files, "category": "progress", "public": "on"}, follow=True)
    page = answer.content.decode()
    assert "2 pictures were added." in page and "odd.jpg: We cannot read this picture." in page
    assert [(row.category, row.public, row.by) for row in photos.of_job(job)] == [("progress", True, staff)] * 2
    assert JobEvent.objects.filter(job=job, kind="job.photo", public=True).count() == 2


def test_a_script_sends_one_and_gets_its_place_on_the_page(job: Job, staff: Any, client: Any) -> None:
    answer = client.post(at(job), {"photo": sent(picture()), "category": "completed"}, HTTP_X_PHOTOS="1")
    row = Photo.objects.get()
    assert answer.status_code == 201
    assert (row.category, row.public) == ("completed", False)
    assert f'data-photo="{row.key}"' in answer.json()["html"]
    refused = client.post(at(job), {"photo": sent(b"")}, HTTP_X_PHOTOS="1")
    assert (refused.status_code, refused.json()["message"][:19]) == (422, "This file is empty.")
    assert client.post(at(job), {}, HTTP_X_PHOTOS="1").status_code == 422


def test_a_picture_is_described_hidden_and_shown_again(job: Job, photo: Photo, staff: Any, client: Any) -> None:
    client.post(at(job, photo.key, "change"), {"category": "completed", "caption": "New\x00 glass"})
    photo.refresh_from_db()
    assert photo.public and photo.category == "damage", "a NUL is refused and nothing changes"
    client.post(at(job, photo.key, "change"), {"category": "completed", "caption": "New glass"})
    photo.refresh_from_db()
    assert (photo.category, photo.caption, photo.public) == ("completed", "New glass", False)
    before = Job.objects.get().last_seq
    client.post(at(job, photo.key, "change"), {"category": "completed", "caption": "New glass", "public": "on"})
    assert Job.objects.get().last_seq == before + 1
    assert JobEvent.objects.get(seq=before + 1).public


def test_a_picture_is_deleted_and_the_history_says_so_to_colleagues(
    job: Job, photo: Photo, staff: Any, client: Any
) -> None:
    client.post(at(job, photo.key, "remove"))
    assert not Photo.objects.exists()
    assert [event.public for event in JobEvent.objects.filter(kind="job.photo_removed", by=staff)] == [False]
    assert client.post(at(job, photo.key, "remove")).status_code == 404


def test_the_page_shows_them_and_the_file_comes_as_a_picture(job: Job, photo: Photo, staff: Any, client: Any) -> None:
    page = client.get(f"/bench/jobs/{job.reference}/").content.decode()
    assert at(job, photo.key, "thumbnail") in page and at(job, photo.key, "change") in page
    answer = client.get(at(job, photo.key, "thumbnail"))
    assert answer["Content-Type"] == "image/webp"
    assert client.get(at(job, photo.key, "thumbnail"), HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert client.get(at(job, photo.key, "secret")).status_code == 404
    assert client.get(at(job, uuid.uuid4(), "image")).status_code == 404


def test_a_picture_of_another_job_is_not_found_here(shop: Any, job: Job, photo: Photo, staff: Any, client: Any) -> None:
    other = make_job(shop.site, shop.screen)
    assert client.get(at(other, photo.key, "image")).status_code == 404
    for act in ("change", "remove"):
        assert client.post(at(other, photo.key, act)).status_code == 404
    assert Photo.objects.count() == 1


def test_who_may_only_look_looks(job: Job, photo: Photo, client: Any) -> None:
    client.force_login(make_staff("desk@example.com", permissions=("see_bench",)))
    assert at(job, photo.key, "change") not in client.get(f"/bench/jobs/{job.reference}/").content.decode()
    assert client.get(at(job, photo.key, "image")).status_code == 200
    assert client.post(at(job), {"photos": [sent(picture())]}).status_code == 403
    for act in ("change", "remove"):
        assert client.post(at(job, photo.key, act)).status_code == 403
    assert Photo.objects.count() == 1


def test_customers_and_strangers_see_nothing_here(job: Job, photo: Photo, client: Any) -> None:
    assert client.get(at(job, photo.key, "image")).status_code == 302
    assert client.post(at(job), {"photos": [sent(picture())]}).status_code == 302
    client.force_login(make_user())
    assert client.get(at(job, photo.key, "image")).status_code == 403
    assert client.post(at(job, photo.key, "remove")).status_code == 403
    assert Photo.objects.count() == 1


def test_acts_are_posts(job: Job, photo: Photo, staff: Any, client: Any) -> None:
    assert client.get(at(job)).status_code == 405
    assert client.get(at(job, photo.key, "change")).status_code == 405
    assert client.post(at(job, photo.key, "image")).status_code == 405
