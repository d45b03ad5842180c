"""Every form of every page of ours takes rubbish and answers in words: no server error, nothing shown as markup."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shop import drafts
from shop.models import DraftItem
from tests import forms
from tests.factories import make_staff, make_user
from tests.journeys import test_buy_by_forms as buying

RUBBISH = (
    "",
    "x" * 5_000,
    "nul\x00byte",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "-1",
    "NaN",
    "1e309",
    "９９",
    "2026-13-45T99:99",
    "\u202eevil\U0001f4a9",
    "../../etc/passwd",
    "{{ settings.SECRET_KEY }}",
)
OURS = ("/", "/devices/", "/basket/", "/checkout/", "/account/", "/accounts/", "/bench/", "/demo/", "/book/", "/track/")
NOT_OURS = (
    "/accounts/logout",
    "/demo/reset",
    "/i18n/",
    "/cms/",
    "/django-admin/",
    "/dashboard/",
    "/media/",
    "/static/",
)


def crawl(client: Client, starts: list[str], limit: int = 60) -> list[Any]:
    """Pages of ours that can be reached by links, each address once, one query variant per path."""
    queue, seen, pages = list(starts), set(), []
    while queue and len(pages) < limit:
        address = queue.pop(0)
        path = address.partition("?")[0]
        if path in seen or path.startswith(NOT_OURS) or not path.startswith(OURS) or "://" in address:
            continue
        seen.add(path)
        page = client.get(address, follow=True)
        assert page.status_code < 500, f"{address} answers {page.status_code}"
        if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
            pages.append(page)
            queue.extend(link.partition("#")[0] for link in forms.read(page).links)
    return pages


@pytest.fixture
def booked(shop: Any, client: Client) -> Client:
    """A browser of somebody who may do everything, with a basket that has a time."""
    client.raise_request_exception = False
    client.force_login(make_staff("owner@example.com"))
    buying.choose(client)
    return client


def test_no_form_breaks_on_rubbish(booked: Client):
    token = booked.session[drafts.SESSION_KEY]
    steps = [reverse(name, args=[token]) for name in ("draft-device", "draft-time", "draft-photos", "draft-link")]
    starts = [
        "/",
        "/devices/",
        *steps,
        reverse("draft-issue", args=[token, DraftItem.objects.get().key]),
        "/book/?device=iphone-13",
        "/basket/",
        "/checkout/",
        "/account/",
        "/bench/",
    ]
    pages = crawl(booked, starts)
    tried = 0
    done = set()
    for page in pages:
        for form in forms.read(page).forms:
            mark = (form.address.partition("?")[0], tuple(sorted(form.names)))
            if mark in done or form.address.startswith(NOT_OURS) or "://" in form.address:
                continue
            done.add(mark)
            for rubbish in RUBBISH:
                filled = {name: rubbish for name in form.names if name != "csrfmiddlewaretoken"}
                answer = forms.send(booked, form, **filled)
                assert answer.status_code < 500, f"{form.address} answers {answer.status_code} to {rubbish[:20]!r}"
                assert "<script>alert(1)</script>" not in answer.content.decode(errors="replace")
                tried += 1
    assert tried >= 10 * len(RUBBISH)


@pytest.mark.parametrize("who", ["guest", "customer", "bench"])
def test_every_page_that_can_be_reached_answers(shop: Any, client: Client, who: str):
    if who != "guest":
        client.force_login(make_staff() if who == "bench" else make_user())
    pages = crawl(client, ["/", "/devices/", "/accounts/login/", "/account/", "/bench/", "/demo/"])
    assert len(pages) > 6


@pytest.mark.parametrize(
    "address",
    [
        "/devices/?q=%00&page=99999999999999999999",
        "/devices/?q=" + "x" * 3000 + "&page=-1&category=%27",
        "/devices/none/",
        "/devices/iphone-8/none/",
        "/devices/iphone-8/screen-repair/?condition=%00&urgency[]=1",
        "/book/?device=%00&repair=nope",
        "/book/Q-NONE/",
        "/book/%00/time/",
        "/book/1.forged/issue/00000000-0000-0000-0000-000000000000/",
        "/book/?device=iphone-8&repair=%00&thing=%00",
        "/track/nonsense/",
        "/checkout/pay/NONE/",
        "/checkout/return/NONE/",
        "/bench/jobs/NONE/",
        "/payments/none/webhook/",
        "/demo/pay/NONE/",
    ],
)
def test_a_crooked_address_gets_a_clear_answer(shop: Any, client: Client, address: str):
    client.raise_request_exception = False
    assert client.get(address).status_code < 500
    assert client.post(address, {"x": "y"}).status_code < 500
