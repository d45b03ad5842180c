"""The headers that say what a browser may do: on each kind of page, kept pages and refusals too."""

from typing import Any

import pytest
from django.test import Client

from site_config.page_cache import PageCache
from site_config.page_store import Answer, Entry
from site_config.settings.security import bucket_origins
from tests.api.content import make_pages
from tests.factories import Shop, make_user
from tests.shop.payments.factories import make_order
from tests.site_config.test_page_cache import Counters, Got

INLINE = "'unsafe-inline'"
STRICT = (
    "/", "/prices/", "/devices/iphone-8/", "/devices/iphone-8/screen-repair/", "/book/?device=iphone-8", "/help/",
    "/accounts/login/", "/track/", "/basket/", "/demo/", "/demo/components/", "/preview-client/", "/api/v1/devices/",
    "/pt-br/prices/", "/no-such-page/", "/csrf",
)  # fmt: skip
NEEDS = {
    "/cms/": {"script-src", "style-src"},
    "/dashboard/": {"script-src", "style-src"},
    "/api/docs/": {"style-src"},
    "/demo/inbox/": {"style-src"},
    "/bench/messages/": {"style-src"},
}
STAFF = ("/bench/", "/bench/board/", "/bench/payments/", "/account/", "/django-admin/")


def policy(answer: Any) -> dict[str, list[str]]:
    """The policy of an answer, by directive."""
    header = answer["Content-Security-Policy"]
    return {name: sources for name, *sources in (part.split() for part in header.split("; "))}


@pytest.fixture
def owner(client: Client, shop: Shop) -> Client:
    """A browser whose person may do everything."""
    client.force_login(make_user("owner@example.com", is_staff=True, is_superuser=True))
    return client


def is_strict(told: dict[str, list[str]]) -> bool:
    """Whether nothing runs or styles but files of ours, and nothing frames us but ourselves."""
    return (told["script-src"], told["style-src"]) == (["'self'"], ["'self'"]) and (
        told["object-src"] == ["'none'"]
        and told["base-uri"] == told["frame-ancestors"] == told["connect-src"] == ["'self'"]
    )


def test_pages_for_everybody_run_only_our_own_files(shop: Shop, client: Client) -> None:
    make_pages(shop)
    assert [path for path in STRICT if not is_strict(policy(client.get(path)))] == []


def test_pages_of_ours_for_some_run_only_our_own_files(owner: Client) -> None:
    answers = {path: owner.get(path) for path in STAFF}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert [path for path, answer in answers.items() if not is_strict(policy(answer))] == []


def test_pages_of_others_get_what_they_need_and_no_more(owner: Client) -> None:
    for path, needs in NEEDS.items():
        answer = owner.get(path)
        told = policy(answer)
        assert answer.status_code == 200, path
        assert {name for name, sources in told.items() if INLINE in sources} == needs, path
        assert (told["object-src"], told["frame-ancestors"]) == (["'none'"], ["'self'"]), path


def test_the_last_word_may_lead_to_a_provider_and_other_pages_may_not(
    shop: Shop, client: Client, settings: Any
) -> None:
    demo = settings.PAYMENT_PROVIDERS["demo"]
    options = {**demo["OPTIONS"], "origin": "https://bank.example"}
    settings.PAYMENT_PROVIDERS = {**settings.PAYMENT_PROVIDERS, "demo": {**demo, "OPTIONS": options}}
    assert "https://bank.example" in policy(client.get("/checkout/review/"))["form-action"]
    assert policy(client.get("/checkout/"))["form-action"] == ["'self'"]


def test_the_pay_page_alone_lets_the_shown_providers_in(shop: Shop, client: Client) -> None:
    order = make_order(shop)
    session = client.session
    session["checkout_order_id"] = order.pk
    session.save()
    client.get(f"/checkout/pay/{order.number}/")  # starts the payment
    told = policy(client.get(f"/checkout/pay/{order.number}/"))
    assert told["script-src"] == ["'self'"]  # the demo bank has a page of its own


def test_every_answer_says_which_features_may_be_used(shop: Shop, client: Client) -> None:
    answer = client.get("/")
    assert "payment=()" in answer["Permissions-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_shops_own_colour_is_a_style_sheet(shop: Shop, client: Client) -> None:
    answer = client.get("/-/brand/7a1f5c.css")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "--brand:light-dark(#7a1f5c," in answer.content.decode()
    assert "public" in answer["Cache-Control"]
    assert client.get("/-/brand/red.css").status_code == 404
    assert client.get("/-/brand/7a1f5c}.css").status_code == 404


def test_a_kept_page_carries_its_policy_and_so_does_the_word_that_it_is_unchanged() -> None:
    said = [("Content-Type", "text/html"), ("Content-Security-Policy", "default-src 'self'")]

    def page(environ: Any, start: Any) -> list[bytes]:
        start("200 OK", said)
        return [b"page"]

    cache = PageCache(page, versions=Counters())  # type: ignore[arg-type]
    first, again = Got(cache, "/"), Got(cache, "/")
    unchanged = Got(cache, "/", HTTP_IF_NONE_MATCH=first.headers["etag"])
    assert (again.how, unchanged.status) == ("hit", 304)
    assert {got.headers["content-security-policy"] for got in (first, again, unchanged)} == {"default-src 'self'"}
    entry = Entry.of(Answer("200 OK", said, b"page"), ((),))
    assert "Content-Type" not in dict(entry.unchanged)


@pytest.mark.parametrize(
    ("bucket", "endpoint", "region", "origins"),
    [
        ("", "https://minio.example.com", "", []),
        ("shop", "", "", ["https://shop.s3.amazonaws.com"]),
        ("shop", "", "eu-west-2", ["https://shop.s3.amazonaws.com", "https://shop.s3.eu-west-2.amazonaws.com"]),
        ("my.shop", "", "eu-west-2", ["https://s3.amazonaws.com", "https://s3.eu-west-2.amazonaws.com"]),
        ("shop", "https://minio.example.com:9000/", "eu-west-2", ["https://minio.example.com:9000"]),
    ],
)
def test_pictures_come_from_the_bucket_where_there_is_one(
    bucket: str, endpoint: str, region: str, origins: list[str]
) -> None:
    assert bucket_origins(bucket, endpoint, region) == origins
