"""Pictures that strangers send: what is taken, what is made of it, how many, and who gets to see it."""

import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test import RequestFactory
from PIL import Image

from repairs import photos
from repairs.models import Job, JobEvent, Photo
from repairs.models.photos import private_storage
from repairs.photos import cleaning, keeping
from tests.factories import SHOP_TIME, make_shop, make_staff
from tests.repairs.factories import make_job
from tests.repairs.pictures import bomb, from_a_phone, picture, sent

BATCH = "0b6f1a1e-0000-4000-8000-000000000001"
MEGABYTE = 1024 * 1024


def take(shop: Any, content: bytes | None = None, **more: Any) -> Photo:
    """Take in one picture of the batch."""
    name, declared = more.pop("name", "IMG_0001.jpg"), more.pop("content_type", "image/jpeg")
    given = {"site": shop.site, "batch": "" if more.get("job") else BATCH, "at": SHOP_TIME, **more}
    return photos.take_in(file=sent(picture() if content is None else content, name, declared), **given)


def opened(photo: Photo, size: str = "image") -> Image.Image:
    return Image.open(io.BytesIO(getattr(photo, size).open().read()))


def files() -> set[str]:
    """Every file in the private storage's folder of photos."""
    storage, found = private_storage(), set()
    days = storage.listdir("photos")[0] if storage.exists("photos") else []
    for day in days:
        for category in storage.listdir(f"photos/{day}")[0]:
            found |= {f"photos/{day}/{category}/{name}" for name in storage.listdir(f"photos/{day}/{category}")[1]}
    return found


@pytest.fixture(autouse=True)
def empty_storage() -> Any:
    """Storage in memory outlives a test, and tests elsewhere put photos into it too."""
    for name in files():
        private_storage().delete(name)


def test_a_phones_picture_becomes_upright_small_and_knows_nothing_of_place_or_camera(shop: Any) -> None:
    photo = take(shop, from_a_phone(3000, 2000))
    assert (photo.width, photo.height) == (1365, 2048)
    for size in ("image", "thumbnail"):
        content = getattr(photo, size).open().read()
        made = opened(photo, size)
        assert made.format == "WEBP"
        assert not made.getexif() and not {"exif", "icc_profile", "xmp", "comment"} & set(made.info)
        assert b"SECRET" not in content and b"EXIF" not in content
    assert opened(photo, "thumbnail").size == (300, 300)


def test_the_file_that_was_sent_is_kept_nowhere(shop: Any) -> None:
    content = from_a_phone()
    photo = take(shop, content)
    assert files() == {photo.image.name, photo.thumbnail.name}
    assert all(private_storage().open(name).read() != content for name in files())
    assert photo.size == len(content)


@pytest.mark.parametrize("name", ["../../x.jpg", "/etc/passwd", "C:\\a.png", "a\x00b.jpg", ".htaccess", "🦄" * 90, ""])
def test_no_name_of_a_user_reaches_the_storage(shop: Any, name: str) -> None:
    file = sent(picture())
    file._name = name  # past Django's own cleaning
    photo = photos.take_in(site=shop.site, batch=BATCH, file=file, at=SHOP_TIME)
    day, category, stem = photo.image.name.removeprefix("photos/").split("/")
    assert (day, category) == ("2026-11-23", "damage")
    assert uuid.UUID(stem.removesuffix(".webp"))


@pytest.mark.parametrize(
    ("kind", "mode", "colour"),
    [
        ("JPEG", "RGB", "red"),
        ("JPEG", "L", 120),
        ("JPEG", "CMYK", (0, 255, 255, 0)),
        ("MPO", "RGB", "red"),
        ("PNG", "RGBA", (255, 0, 0, 255)),
        ("PNG", "P", 3),
        ("PNG", "1", 1),
        ("PNG", "LA", (120, 255)),
        ("WEBP", "RGB", "red"),
        ("HEIF", "RGB", "red"),
    ],
)
def test_every_usual_kind_of_picture_is_taken(shop: Any, kind: str, mode: str, colour: Any) -> None:
    more = {"save_all": True, "append_images": [Image.new("RGB", (60, 40))]} if kind == "MPO" else {}
    photo = take(shop, picture(kind=kind, mode=mode, colour=colour, **more), name="liar.txt", content_type="text/html")
    made = opened(photo)
    assert (made.format, made.mode, made.size) == ("WEBP", "RGB", (60, 40))
    if mode in {"RGB", "CMYK", "RGBA"}:
        red, green, blue = made.getpixel((30, 20))  # type: ignore[misc]
        assert red > 200 and green < 60 and blue < 60


def test_what_is_transparent_lies_on_white(shop: Any) -> None:
    made = opened(take(shop, picture(kind="PNG", mode="RGBA", colour=(0, 0, 0, 0))))
    assert min(made.getpixel((30, 20))) > 245  # type: ignore[type-var]


def test_sixteen_bits_of_grey_keep_their_tone(shop: Any) -> None:
    made = opened(take(shop, picture(kind="PNG", mode="I;16", colour=40_000)))
    assert all(abs(value - 156) < 4 for value in made.getpixel((30, 20)))  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_a_moving_picture_the_first_frame_is_kept(shop: Any, kind: str) -> None:
    blue = [Image.new("RGB", (60, 40), "blue") for _ in range(30)]
    made = opened(take(shop, picture(kind=kind, save_all=True, append_images=blue, duration=50)))
    assert getattr(made, "n_frames", 1) == 1
    assert made.getpixel((30, 20))[0] > 200  # type: ignore[index]


def test_one_pixel_and_a_long_strip_are_pictures_too(shop: Any) -> None:
    assert opened(take(shop, picture(1, 1))).size == (1, 1)
    strip = take(shop, picture(9_000, 2, kind="PNG"))
    assert (strip.width, strip.height) == (2048, 1)
    assert opened(strip, "thumbnail").size == (300, 300)


def gif() -> bytes:
    written = io.BytesIO()
    Image.new("P", (9, 9)).save(written, "GIF", save_all=True, append_images=[Image.new("P", (9, 9), 2)] * 50)
    return written.getvalue()


NOT_PICTURES = {
    "empty": b"",
    "text": b"hello",
    "html named jpg": b"<!DOCTYPE html><script>alert(1)</script>",
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "xml entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>',
    "zip": b"PK\x03\x04" + b"\0" * 200,
    "pdf": b"%PDF-1.7\n1 0 obj",
    "gif": gif(),
    "jpeg head only": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "png head only": b"\x89PNG\r\n\x1a\n",
    "heic head only": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "truncated jpeg": picture(800, 600, colour="red")[:2000],
    "truncated png": picture(800, 600, kind="PNG")[:-60],
    "truncated heic": picture(800, 600, kind="HEIF")[:-40],
    "noise": bytes(range(256)) * 40,
}


@pytest.mark.parametrize("content", NOT_PICTURES.values(), ids=NOT_PICTURES.keys())
def test_what_is_not_a_whole_picture_is_refused_and_leaves_nothing(shop: Any, content: bytes) -> None:
    with pytest.raises(photos.PhotoNotReadable):
        take(shop, content)
    assert not Photo.objects.exists() and not files()


@pytest.mark.parametrize("size", [(30_000, 30_000), (8_000, 7_000), (100_000, 100_000)])
def test_a_pixel_bomb_is_refused_before_it_is_decoded(
    shop: Any, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning, "_upright", lambda *_args: pytest.fail("it was decoded"))
    with pytest.raises(photos.PhotoTooManyPixels):
        take(shop, bomb(*size))


def test_a_second_file_behind_the_picture_is_gone_afterwards(shop: Any) -> None:
    photo = take(shop, picture() + b"<?php system($_GET[0]); ?><script>alert(1)</script>PK\x03\x04")
    for name in files():
        assert b"<?php" not in private_storage().open(name).read()
    assert opened(photo).size == (60, 40)


def test_a_file_of_more_than_ten_megabytes_is_refused(shop: Any) -> None:
    with pytest.raises(photos.PhotoTooBig):
        take(shop, picture() + b"\0" * 10 * MEGABYTE)
    assert take(shop, (picture() + b"\0" * 10 * MEGABYTE)[: 10 * MEGABYTE]).size == 10 * MEGABYTE


def test_the_eleventh_picture_of_a_thing_is_refused_and_another_thing_has_its_own_ten(shop: Any) -> None:
    for _number in range(10):
        take(shop)
    with pytest.raises(photos.TooManyPhotos):
        take(shop)
    assert take(shop, batch="another").batch == "another"
    photos.remove(photos.of_batch(site=shop.site, batch=BATCH)[0], at=SHOP_TIME)
    assert take(shop)


def test_together_they_may_have_fifty_megabytes(shop: Any) -> None:
    take(shop)
    Photo.objects.update(size=49 * MEGABYTE)
    with pytest.raises(photos.PhotosTooBig):
        take(shop, picture() + b"\0" * MEGABYTE)
    assert len(files()) == 2


def test_a_refusal_under_the_lock_leaves_no_file(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    whole = keeping._refuse_count

    def second_time(*args: Any, **kwargs: Any) -> None:
        seen.append(1)
        if len(seen) == 2:
            raise photos.TooManyPhotos
        whole(*args, **kwargs)

    monkeypatch.setattr(keeping, "_refuse_count", second_time)
    with pytest.raises(photos.TooManyPhotos):
        take(shop)
    assert not files()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fourteen_pictures_sent_at_once_are_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = make_shop()
    made = cleaning.clean(sent(picture()), pixels=10_000)
    # All of them have counted nothing yet when the first one is written.
    monkeypatch.setattr(keeping, "clean", lambda *_args, **_kwargs: made)

    def one(_number: int) -> str:
        try:
            take(shop)
            return "taken"
        except photos.TooManyPhotos:
            return "refused"
        finally:
            connection.close()

    take(shop, batch="another")  # makes the folder: storage in memory is not made for threads
    before = files()
    with ThreadPoolExecutor(14) as pool:
        answers = list(pool.map(one, range(14)))
    assert (answers.count("taken"), answers.count("refused")) == (10, 4)
    assert Photo.objects.filter(batch=BATCH).count() == 10
    assert len(files() - before) == 20


def test_a_category_that_is_not_ours_is_refused(shop: Any) -> None:
    with pytest.raises(photos.CategoryNotKnown):
        take(shop, category="../secret")


def test_a_caption_is_one_line_of_200_characters(shop: Any) -> None:
    assert take(shop, caption=" Cracked\x00\n corner ").caption == "Cracked corner"
    assert len(take(shop, caption="x" * 5000).caption) == 200


def test_pictures_come_to_the_job_of_their_thing_and_of_this_shop_only(shop: Any) -> None:
    mine, other = take(shop), take(shop, batch="another")
    job = make_job(shop.site, shop.screen)
    assert photos.attach(job=job, batches=[BATCH]) == 1
    assert list(photos.of_job(job)) == [mine]
    assert photos.of_batches(site=shop.site, batches=["another", BATCH]) == {"another": [other], BATCH: []}


def test_a_public_picture_of_a_job_is_a_line_in_its_history_and_a_hidden_one_is_not_told(shop: Any) -> None:
    job, staff = make_job(shop.site, shop.screen), make_staff()
    take(shop, job=job, by=staff, category="progress")
    take(shop, job=job, by=staff, public=False)
    job.refresh_from_db()
    events = list(JobEvent.objects.filter(job=job, kind="job.photo").order_by("seq"))
    assert [(event.seq, event.public, event.by) for event in events] == [(2, True, staff), (3, False, staff)]
    assert job.last_seq == 3
    assert [photo.category for photo in photos.of_job(job, public_only=True)] == ["progress"]


def test_a_picture_that_becomes_public_is_news_and_one_that_stays_as_it_is_is_not(shop: Any) -> None:
    job, staff = make_job(shop.site, shop.screen), make_staff()
    photo = take(shop, job=job, public=False)
    given = {"caption": "After", "by": staff, "at": SHOP_TIME}
    photos.change(photo, category="completed", public=False, **given)
    assert Job.objects.get().last_seq == 2
    photos.change(photo, category="completed", public=True, **given)
    assert JobEvent.objects.filter(kind="job.photo", public=True).count() == 1
    photos.change(photo, category="completed", public=False, **given)
    assert not JobEvent.objects.filter(kind="job.photo_removed", public=True).exists()
    with pytest.raises(photos.CategoryNotKnown):
        photos.change(photo, category="selfie", public=True, **given)


def test_files_go_with_their_row_once_that_is_certain(shop: Any, django_capture_on_commit_callbacks: Any) -> None:
    photo = take(shop)
    with django_capture_on_commit_callbacks(execute=True) as later:
        photos.remove(photo, at=SHOP_TIME)
        assert len(files()) == 2
    assert len(later) == 1
    assert not files() and not Photo.objects.exists()


def test_removing_twice_is_removing_once(shop: Any) -> None:
    job = make_job(shop.site, shop.screen)
    photo = take(shop, job=job)
    same = Photo.objects.get()
    photos.remove(photo, at=SHOP_TIME)
    photos.remove(same, at=SHOP_TIME)
    assert JobEvent.objects.filter(kind="job.photo_removed").count() == 1


@pytest.mark.parametrize("key", ["", "x", "\x00", "1", "7c9e6679-7425-40de-944b-e07fc1f90ae7", None, "a" * 5000])
def test_a_key_that_is_nobodys_finds_nothing(shop: Any, key: Any) -> None:
    take(shop)
    with pytest.raises(photos.PhotoNotFound):
        photos.find(photos.of_batch(site=shop.site, batch=BATCH), key)


def test_a_picture_is_handed_out_as_nothing_but_a_picture_for_one_person(shop: Any) -> None:
    photo, ask = take(shop), RequestFactory()
    answer = photos.answer(photo, "thumbnail", request=ask.get("/"))
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"].startswith("private")
    assert answer["Content-Disposition"] == 'inline; filename="photo.webp"'
    assert "sandbox" in answer["Content-Security-Policy"]
    again = photos.answer(photo, "thumbnail", request=ask.get("/", HTTP_IF_NONE_MATCH=answer["ETag"]))
    assert (again.status_code, again["Cache-Control"]) == (304, answer["Cache-Control"])
    other = photos.answer(photo, "image", request=ask.get("/", HTTP_IF_NONE_MATCH=answer["ETag"]))
    assert other.status_code == 200


@pytest.mark.parametrize("size", ["", "original", "../image", "image\x00", "pk"])
def test_another_size_is_not_there(shop: Any, size: str) -> None:
    with pytest.raises(Http404):
        photos.answer(take(shop), size)


def test_a_picture_whose_file_is_gone_is_not_found(shop: Any) -> None:
    photo = take(shop)
    private_storage().delete(photo.image.name)
    with pytest.raises(Http404):
        photos.answer(photo, "image")


def test_pictures_of_bookings_never_made_go_after_a_while_and_those_of_jobs_stay(
    shop: Any, django_capture_on_commit_callbacks: Any
) -> None:
    old, kept = take(shop), take(shop, job=make_job(shop.site, shop.screen))
    late = SHOP_TIME + timedelta(days=44)
    fresh = take(shop, at=late)
    assert photos.prune(late) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert photos.prune(SHOP_TIME + timedelta(days=46)) == 1
    assert set(Photo.objects.all()) == {kept, fresh}
    assert files() == {photo.image.name for photo in (kept, fresh)} | {p.thumbnail.name for p in (kept, fresh)}
    assert not private_storage().exists(old.image.name)


def test_a_file_that_a_crash_left_goes_and_one_of_today_waits(shop: Any) -> None:
    photo = take(shop)
    left = keeping._write("photos/2026-11-23/damage", b"half a picture")
    photos.prune(SHOP_TIME + timedelta(hours=12))
    assert private_storage().exists(left)
    photos.prune(SHOP_TIME + timedelta(days=3))
    assert not private_storage().exists(left)
    assert private_storage().exists(photo.image.name)
