"""The tour: one click to be anybody, in a demo and nowhere else."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import Client, RequestFactory

from notifications.models import Message
from site_config import tour
from site_config.demo import people
from site_config.tour_words import HOMES, ROLES
from tests.site_config.test_settings import GOOD

pytestmark = pytest.mark.django_db
TOUR, SIGN_IN, RUN = "/demo/", "/demo/sign-in/", "/demo/run/"


@pytest.fixture
def folk(shop: Any) -> Any:
    people.make_people()
    return shop


def who(client: Client) -> str:
    return client.get("/visitor/").wsgi_request.user.get_username()


@pytest.mark.parametrize("key", sorted(people.PEOPLE))
def test_one_click_signs_in_as_each_person_and_opens_their_room(folk: Any, client: Client, key: str) -> None:
    answer = client.post(SIGN_IN, {"role": key})
    assert answer["Location"] == HOMES[key]
    assert who(client) == people.email_of(key)


def test_a_thing_to_try_signs_in_and_goes_there_by_its_number_only(folk: Any, client: Client) -> None:
    assert client.post(SIGN_IN, {"role": "desk", "to": "0"})["Location"] == "/bench/new/"
    for evil in ("https://evil.example", "//evil.example", "99", "-1", "²", "\x00"):
        assert client.post(SIGN_IN, {"role": "desk", "to": evil})["Location"] == HOMES["desk"]


def test_a_guest_is_nobody(folk: Any, client: Client) -> None:
    client.post(SIGN_IN, {"role": "owner"})
    client.post(SIGN_IN, {"role": "guest"})
    assert who(client) == ""


def test_changing_person_leaves_nothing_of_the_last_ones_session(folk: Any, client: Client) -> None:
    client.post(SIGN_IN, {"role": "owner"})
    session = client.session
    session["draft"] = "a token"
    session.save()
    client.post(SIGN_IN, {"role": "customer"})
    assert "draft" not in client.session


@pytest.mark.parametrize("role", ["", "admin", "owner@mendwell.example", "\x00"])
def test_nobody_else_can_be_become(folk: Any, client: Client, role: str) -> None:
    assert client.post(SIGN_IN, {"role": role}).status_code == 404


def test_signing_in_takes_a_post_with_a_token(folk: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(SIGN_IN).status_code == 405
    assert strict.post(SIGN_IN, {"role": "owner"}).status_code == 403
    assert strict.post(RUN).status_code == 403


def test_too_many_clicks_are_slowed_down(folk: Any, client: Client, settings: Any) -> None:
    settings.GUESSES_PER_HOUR = {"demo": 2}
    codes = [client.post(SIGN_IN, {"role": "guest"}).status_code for _ in range(3)]
    assert codes == [302, 302, 429]


@pytest.mark.parametrize("view", [tour.tour, tour.sign_in, tour.run_now])
def test_no_view_of_the_tour_answers_where_there_is_no_demo(
    folk: Any, client: Client, settings: Any, view: Any
) -> None:
    settings.DEMO = False
    for request in (RequestFactory().get(TOUR), RequestFactory().post(SIGN_IN, {"role": "owner"})):
        request.user, request.session = AnonymousUser(), client.session  # type: ignore[attr-defined]
        with pytest.raises(Http404):
            view(request)


def test_production_has_no_address_of_the_tour() -> None:
    code = (
        "import django; django.setup()\n"
        "from django.urls import Resolver404, get_resolver\n"
        "from django.conf import settings\n"
        "for path in ('/demo/', '/demo/sign-in/', '/demo/run/', '/demo/components/', '/demo/inbox/'):\n"
        "    match = get_resolver().resolve(path)\n"
        "    print(path, match.func.__module__.split('.')[0], settings.DEMO)\n"
    )
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPYCACHEPREFIX") if name in os.environ}
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], cwd=django_settings.BASE_DIR, env={**kept, **GOOD}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert len(lines) == 5, done.stderr
    # What is left is the finder of editors' pages, which finds no page of that name.
    assert all(line.split()[1:] == ["cms", "False"] for line in lines), lines


@pytest.mark.parametrize("role", [role.key for role in ROLES])
def test_the_tour_shows_five_things_for_each_role_before_and_after_signing_in(
    folk: Any, client: Client, role: str
) -> None:
    for _ in range(2):
        page = client.get(TOUR, {"role": role}).content.decode()
        assert page.count('class="thing"') == 5
        client.post(SIGN_IN, {"role": role})


def test_the_clock_runs_what_is_due(folk: Any, client: Client, mailoutbox: Any) -> None:
    at = tour.timezone.now()
    Message.objects.create(
        site=folk.site, kind="job.ready", channel="email", to="ada@example.com", language="en-gb",
        dedupe_key="x", send_after=at, created_at=at,
    )  # fmt: skip
    page = client.post(RUN, follow=True).content.decode()
    assert "Went out: 1." in page
    assert len(mailoutbox) == 1
