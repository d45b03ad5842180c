"""Pictures through the API: sent with the basket's token, seen with the repair's link, shown by the bench."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from repairs import photos, tracking
from repairs.models import Job, JobEvent, Photo
from shop import basket_photos, baskets
from shop.baskets import BasketClosed
from shop.models import BasketVisit, Quote
from tests.accounts import PASSWORD, app_code, log_in, with_app
from tests.api.callers import V1, Caller, fault, named
from tests.api.test_strangers import logged_in
from tests.factories import SHOP_TIME, Shop, make_staff, make_user
from tests.repairs.factories import make_job
from tests.repairs.pictures import bomb, from_a_phone, picture, sent
from tests.shop.browsers import open_draft

BASKET = "basket/photos/"


def send(caller: Caller, path: str, file: bytes | None = None, **fields: Any) -> Any:
    """Send one picture as a form with a file."""
    headers = {"X-Basket-Token": caller.token} if caller.token else {}
    content = picture() if file is None else file
    return caller.client.post(V1 + path, {"photo": sent(content), **fields}, **named(headers))


def file_at(caller: Caller, address: str, **headers: str) -> Any:
    return caller.get(address.removeprefix("http://testserver"), **headers)


@pytest.fixture
def filled(caller: Caller) -> tuple[Caller, str]:
    """A basket with one quote and a time."""
    caller.fill()
    return caller, caller.get("basket/").json()["lines"][0]["quote"]


@pytest.fixture
def bench(shop: Shop) -> tuple[Caller, Job]:
    """A technician's program, and a job."""
    return logged_in(make_staff()), make_job(shop.site, shop.screen)


def test_a_picture_of_what_is_in_the_basket_comes_to_the_repair_with_the_order(filled: tuple[Caller, str]) -> None:
    caller, quote = filled
    made = send(caller, BASKET, from_a_phone(), quote=quote, caption="Cracked corner")
    assert made.status_code == 201, made.content
    found = made.json()
    assert (found["quote"], found["caption"], found["category"]) == (quote, "Cracked corner", "damage")
    assert (found["width"], found["height"]) == (40, 60)
    assert caller.get(BASKET).json() == {"items": [found], "total": 1}
    token = caller.order()["repairs"][0]["tracking_token"]
    followed = Caller().get(f"repairs/{token}/photos/").json()
    assert [row["key"] for row in followed["items"]] == [found["key"]]
    answer = file_at(Caller(), followed["items"][0]["image"])
    assert Image.open(BytesIO(answer.content)).size == (40, 60)
    assert "SECRET" not in answer.content.decode("latin-1")


def test_a_picture_is_handed_out_once_and_then_known(filled: tuple[Caller, str]) -> None:
    caller, quote = filled
    found = send(caller, BASKET, quote=quote).json()
    answer = file_at(caller, found["thumbnail"], Accept="image/avif,image/webp")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["Cache-Control"].startswith("private")
    assert file_at(caller, found["thumbnail"], If_None_Match=answer["ETag"]).status_code == 304


def test_a_picture_can_be_taken_away_until_the_order(filled: tuple[Caller, str]) -> None:
    caller, quote = filled
    first, second = (send(caller, BASKET, quote=quote).json()["key"] for _turn in range(2))
    assert caller.delete(f"{BASKET}{first}/").status_code == 204
    fault(caller.delete(f"{BASKET}{first}/"), 404, "not_found")
    caller.order()
    fault(caller.delete(f"{BASKET}{second}/"), 409, "basket_closed")
    fault(send(caller, BASKET, quote=quote), 409, "basket_closed")
    assert str(Photo.objects.get().key) == second


def test_an_order_that_was_quicker_leaves_no_picture_behind(
    filled: tuple[Caller, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, quote = filled
    basket = baskets.find(site=BasketVisit.objects.get().site, token=caller.token, at=SHOP_TIME)
    whole = photos.take_in

    def while_it_is_ordered(**given: Any) -> Photo:
        photo = whole(**given)
        caller.order()
        return photo

    monkeypatch.setattr(basket_photos.photos, "take_in", while_it_is_ordered)
    with pytest.raises(BasketClosed):
        basket_photos.add(site=basket.visit.site, basket=basket, batch=quote, file=sent(picture()), at=SHOP_TIME)
    assert not Photo.objects.exists()


def test_the_basket_knows_that_there_are_pictures_only_when_there_are(filled: tuple[Caller, str]) -> None:
    caller, quote = filled
    fault(send(caller, BASKET, b"no picture", quote=quote), 422, "photo_not_readable")
    assert not BasketVisit.objects.get().has_photos
    send(caller, BASKET, quote=quote)
    assert BasketVisit.objects.get().has_photos


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "photo_not_readable"),
        (b"<svg><script>alert(1)</script></svg>", 422, "photo_not_readable"),
        (picture()[:200], 422, "photo_not_readable"),
        (bomb(), 422, "photo_too_many_pixels"),
        (b"\xff\xd8" + b"\0" * (10 * 1024 * 1024), 413, "photo_too_big"),
    ],
)
def test_a_bad_file_is_refused_with_a_reason(
    filled: tuple[Caller, str], content: bytes, status: int, code: str
) -> None:
    caller, quote = filled
    fault(send(caller, BASKET, content, quote=quote), status, code)
    assert not Photo.objects.exists()


def test_a_body_that_says_it_is_enormous_is_refused_before_it_is_read(filled: tuple[Caller, str]) -> None:
    caller, _quote = filled
    address, headers = V1 + BASKET, named({"X-Basket-Token": caller.token})
    for length in ("5368709120", "-1", "ten"):
        answer = caller.client.post(address, {"quote": "Q"}, **{**headers, "CONTENT_LENGTH": length})
        fault(answer, 413, "photo_too_big")


def test_the_eleventh_picture_is_refused(filled: tuple[Caller, str]) -> None:
    caller, quote = filled
    for _turn in range(10):
        assert send(caller, BASKET, quote=quote).status_code == 201
    fault(send(caller, BASKET, quote=quote), 409, "too_many_photos")


@pytest.mark.parametrize("quote", ["", "Q-NONE", "\x00", "x" * 5000, "Q-2"])
def test_a_quote_that_is_not_in_the_basket_has_no_pictures_there(filled: tuple[Caller, str], quote: str) -> None:
    caller, _quote = filled
    assert send(caller, BASKET, quote=quote).status_code in {400, 404}


def test_a_form_of_junk_is_no_mistake_of_ours(filled: tuple[Caller, str]) -> None:
    caller, quote = filled
    headers = named({"X-Basket-Token": caller.token})
    good = "multipart/form-data; boundary=x"
    for body, kind in (
        (b"", good), (b"--x\r\n\r\n\x00", good), (b"--x--", "multipart/form-data"), (b"{}", "application/json"),
        (b"\xff" * 5000, good), (b"a=b", "application/x-www-form-urlencoded"),
    ):  # fmt: skip
        answer = caller.client.generic("POST", V1 + BASKET, body, content_type=kind, **headers)
        assert answer.status_code in {400, 415}, (body, answer.content)
    for caption in ("\x00", "x" * 201):
        fault(send(caller, BASKET, quote=quote, caption=caption), 400, "invalid")
    fault(send(caller, BASKET, quote=quote, price="1"), 400, "invalid")
    fault(caller.client.post(V1 + BASKET, {"photo": "text", "quote": quote}, **headers), 400, "invalid")


def test_a_strangers_picture_is_not_found(filled: tuple[Caller, str]) -> None:
    caller, quote = filled
    found = send(caller, BASKET, quote=quote).json()
    other = Caller().fill()
    fault(file_at(other, found["image"]), 404, "not_found")
    fault(other.delete(f"{BASKET}{found['key']}/"), 404, "not_found")
    fault(send(other, BASKET, quote=quote), 404, "not_found")
    fault(file_at(Caller(), found["image"]), 401, "basket_token_needed")
    fault(file_at(caller, found["image"].replace("/image/", "/original/")), 404, "not_found")
    assert other.get(BASKET).json()["items"] == []


def test_a_price_that_is_shared_shares_no_picture(filled: tuple[Caller, str]) -> None:
    caller, quote = filled
    found = send(caller, BASKET, quote=quote).json()
    other = Caller().open()
    assert other.post("basket/lines/", {"quote": quote}).status_code == 201
    assert other.get(BASKET).json()["items"] == []
    fault(file_at(other, found["image"]), 404, "not_found")
    fault(other.delete(f"{BASKET}{found['key']}/"), 404, "not_found")
    assert Photo.objects.count() == 1


def test_a_price_in_somebodys_booking_cannot_be_put_into_a_basket(caller: Caller, shop: Shop, client: Any) -> None:
    open_draft(client, shop)
    quote = Quote.objects.get()
    caller.open()
    fault(caller.post("basket/lines/", {"quote": quote.reference}), 404, "not_found")
    fault(caller.post("holds/", {"starts_at": caller.free()[0], "quote": quote.reference}), 404, "not_found")
    assert caller.get("basket/").json()["lines"] == []


def test_a_token_without_the_second_factor_opens_no_bench(shop: Shop, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    job, user = make_job(shop.site, shop.screen), make_staff()
    path = f"/api/v1/bench/repairs/{job.reference}/photos/"
    door, way = "/_allauth/app/v1/auth/", {"content_type": "application/json"}
    told = Client().post(f"{door}login", {"email": user.email, "password": PASSWORD}, **way).json()["meta"]
    by_token, browser = Client(headers={"x-session-token": told["session_token"]}), Client()
    log_in(browser, user.email)
    for one in (by_token, browser):
        fault(one.get(path), 403, "permission_denied")
        assert one.post(path, {"photo": sent(picture())}).status_code == 403
    assert not Photo.objects.exists()
    secret = with_app(user)
    first = Client().post(f"{door}login", {"email": user.email, "password": PASSWORD}, **way)
    waiting = Client(headers={"x-session-token": first.json()["meta"]["session_token"]})
    assert waiting.get(path).status_code in (401, 403)
    code = {"code": app_code(secret)}
    token = waiting.post(f"{door}2fa/authenticate", code, **way).json()["meta"]["session_token"]
    assert Client(headers={"x-session-token": token}).get(path).status_code == 200


def test_the_link_shows_only_what_customers_may_see(bench: tuple[Caller, Job]) -> None:
    staff, job = bench
    path = f"bench/repairs/{job.reference}/photos/"
    shown = send(staff, path, category="completed", public="true").json()
    hidden = send(staff, path, category="progress", public="false").json()
    assert [row["public"] for row in staff.get(path).json()["items"]] == [True, False]
    link = f"repairs/{tracking.token(job)}/photos/"
    assert [row["key"] for row in Caller().get(link).json()["items"]] == [shown["key"]]
    fault(Caller().get(f"{link}{hidden['key']}/image/"), 404, "not_found")
    assert file_at(staff, hidden["image"]).status_code == 200
    tracking.revoke(job)
    fault(Caller().get(link), 404, "not_found")


def test_a_public_picture_from_the_bench_is_an_event_of_the_repair(bench: tuple[Caller, Job]) -> None:
    staff, job = bench
    path = f"bench/repairs/{job.reference}/photos/"
    key = send(staff, path).json()["key"]
    events = Caller().get(f"repairs/{tracking.token(job)}/events/?after=1").json()
    assert [(row["kind"], row["label"]) for row in events["items"]] == [("job.photo", "Photo added")]
    assert staff.delete(f"{path}{key}/").status_code == 204
    assert not Photo.objects.exists()
    assert JobEvent.objects.filter(kind="job.photo_removed", public=False).count() == 1
    fault(send(staff, path, category="selfie"), 400, "invalid")
    fault(send(staff, "bench/repairs/R-NONE/photos/"), 404, "not_found")


def test_only_staff_of_the_bench_see_and_send_pictures_of_jobs(bench: tuple[Caller, Job]) -> None:
    staff, job = bench
    path = f"bench/repairs/{job.reference}/photos/"
    made = send(staff, path).json()
    fault(Caller().get(path), 401, "not_authenticated")
    eve = logged_in(make_user("eve@example.com"))
    for answer in (eve.get(path), send(eve, path), eve.delete(f"{path}{made['key']}/"), file_at(eve, made["image"])):
        fault(answer, 403, "permission_denied")
    assert Photo.objects.count() == 1


def test_who_may_only_look_at_the_bench_sends_nothing(shop: Shop) -> None:
    job, desk = make_job(shop.site, shop.screen), logged_in(make_staff("desk@example.com", ("see_bench",)))
    path = f"bench/repairs/{job.reference}/photos/"
    assert desk.get(path).json() == {"items": [], "total": 0}
    fault(send(desk, path), 403, "permission_denied")


def test_sending_pictures_is_throttled(filled: tuple[Caller, str], settings: Any) -> None:
    caller, quote = filled
    settings.API_RATES = {"pictures": "2/min"}
    for _turn in range(2):
        assert send(caller, BASKET, quote=quote).status_code == 201
    fault(send(caller, BASKET, quote=quote), 429, "throttled")


def test_pictures_of_many_things_are_read_in_a_fixed_number_of_statements(
    filled: tuple[Caller, str], django_assert_max_num_queries: Any
) -> None:
    caller, quote = filled
    for number in range(4):
        caller.post("basket/lines/", {"quote": caller.quote(device="iphone-13")})
        send(caller, BASKET, quote=quote, caption=str(number))
    with django_assert_max_num_queries(8):
        assert caller.get(BASKET).json()["total"] == 4
