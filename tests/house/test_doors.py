"""There is one log-in door for people, and no other view takes a password."""

from base64 import b64encode

import pytest
from django.contrib.auth.views import LoginView
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import make_user

PASSWORD = "a-good-pass-phrase"


def walk(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), pattern


def doors() -> set[str]:
    """Addresses of views that are log-in views or call themselves so."""
    found = set()
    for address, pattern in walk(get_resolver().url_patterns):
        view = getattr(pattern.callback, "view_class", None)
        if (view and issubclass(view, LoginView)) or "login" in address.rsplit("/", 2)[-2:][0]:
            found.add("/" + address.lstrip("^").replace("$", ""))
    return found


@pytest.mark.parametrize(
    "address", ["/cms/login/", "/_util/login/", "/dashboard/login/", "/django-admin/login/", "/django-admin/"]
)
def test_a_right_password_opens_no_other_door(shop, client: Client, address: str):
    make_user("staff@example.com", is_staff=True, is_superuser=True)
    for field in ("username", "email", "login"):
        client.post(address, {field: "staff@example.com", "password": PASSWORD, "next": "/cms/"})
        client.post(address, {f"login-{field}": "staff@example.com", "login-password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_a_right_password_opens_the_door(shop, client: Client):
    make_user("staff@example.com")
    client.post("/accounts/login/", {"login": "Staff@Example.com", "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_a_staff_password_is_worth_nothing_as_basic_authentication(shop, client: Client):
    make_user("staff@example.com", is_staff=True)
    header = "Basic " + b64encode(f"staff@example.com:{PASSWORD}".encode()).decode()
    assert client.get("/api/v1/me/repairs/", HTTP_AUTHORIZATION=header).status_code in {401, 403}


def test_a_customer_at_the_editors_door_is_told_so_instead_of_going_round(shop, client: Client):
    client.force_login(make_user("ada@example.com"))
    assert client.get("/cms/login/?next=/cms/").status_code == 403


def test_no_new_door_appeared():
    # The last one is a redirect for the names that Oscar's dashboard reverses.
    known = ("/accounts/", "/_allauth/", "/cms/login/", "/_util/login/", "/dashboard/login/", "/django-admin/login/")
    assert {door for door in doors() if not door.startswith(known)} <= {"/-/customer/login/"}
