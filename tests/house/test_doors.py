"""There is one log-in door for people, and no other view takes a password."""

from base64 import b64encode

import pytest
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.contrib.auth.models import Permission
from django.contrib.auth.views import LoginView
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.http import urlencode

from tests.accounts import PASSWORD, app_code, code_to, log_in, with_app
from tests.factories import make_staff, make_user

STAFF = "bench@example.com"
AREAS = ("/cms/", "/django-admin/", "/dashboard/", "/bench/")


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


# --- the second factor of staff -------------------------------------------------------------------------------------


@pytest.fixture
def strict(settings):
    settings.STAFF_SECOND_FACTOR = True


def boss():
    return make_user(STAFF, is_staff=True, is_superuser=True)


def is_shut(answer) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith("/accounts/")


@pytest.mark.parametrize("area", AREAS)
def test_a_password_alone_opens_no_staff_area(shop, client: Client, strict, area: str):
    boss()
    log_in(client, STAFF)
    assert client.get(area)["Location"] == f"/accounts/2fa/totp/activate/?{urlencode({'next': area})}"
    assert is_shut(client.post(area, {"anything": "1"}))


@pytest.mark.parametrize("area", AREAS)
def test_a_code_of_the_app_opens_the_staff_areas(shop, client: Client, strict, area: str):
    secret = with_app(boss())
    assert log_in(client, STAFF, next=area)["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session
    assert client.post("/accounts/2fa/authenticate/", {"code": app_code(secret)})["Location"] == area
    assert client.get(area).status_code == 200


def test_a_log_in_from_before_the_second_factor_is_led_to_the_code_and_back(shop, client: Client, strict):
    user = boss()
    log_in(client, STAFF)
    secret = with_app(user)
    page = client.get("/bench/?q=a&b=%2Fx")
    assert page["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fbench%2F%3Fq%3Da%26b%3D%252Fx"
    assert client.post(page["Location"], {"code": "000000"}).status_code == 200
    assert is_shut(client.get("/bench/"))
    assert client.post(page["Location"], {"code": app_code(secret)})["Location"] == "/bench/?q=a&b=%2Fx"
    assert client.get("/bench/").status_code == 200


def test_a_password_typed_again_is_no_second_factor(shop, client: Client, strict):
    user = boss()
    log_in(client, STAFF)
    with_app(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert is_shut(client.get("/bench/"))


def test_a_second_factor_of_somebody_else_in_this_browser_does_not_count(shop, client: Client, strict):
    other = with_app(make_user("ada@example.com"))
    log_in(client, "ada@example.com")
    client.post("/accounts/2fa/authenticate/", {"code": app_code(other)})
    client.post("/accounts/logout/")
    boss()
    log_in(client, STAFF)
    assert is_shut(client.get("/bench/"))


def test_a_mailed_code_alone_opens_no_staff_area(shop, client: Client, strict):
    boss()
    client.post("/accounts/login/code/", {"email": STAFF})
    client.post("/accounts/login/code/confirm/", {"code": code_to(STAFF)})
    assert "_auth_user_id" in client.session
    assert is_shut(client.get("/bench/"))


def test_the_log_in_of_apps_and_its_token_open_no_staff_area(shop, strict):
    boss()
    door = {"email": STAFF, "password": PASSWORD}
    token = Client().post("/_allauth/app/v1/auth/login", door, content_type="application/json")
    token = token.json()["meta"]["session_token"]
    browser = Client()
    browser.post("/_allauth/browser/v1/auth/login", door, content_type="application/json")
    as_cookie = Client()
    as_cookie.cookies["sessionid"] = token
    as_header = Client(headers={"x-session-token": token})
    for area in AREAS:
        assert is_shut(browser.get(area)), area
        assert is_shut(as_cookie.get(area)), area
        assert as_header.get(area).status_code in {302, 403}, area


def test_the_api_gives_staff_no_more_than_anybody(shop, strict):
    """But for pictures of the bench, which ask for the second factor themselves (tests/api/test_photos.py)."""
    boss()
    door = {"email": STAFF, "password": PASSWORD}
    answer = Client().post("/_allauth/app/v1/auth/login", door, content_type="application/json")
    caller = Client(headers={"x-session-token": answer.json()["meta"]["session_token"]})
    assert caller.get("/api/v1/me/orders/").json()["items"] == []
    assert caller.get("/api/cms/v3/").status_code in {401, 403, 404}


@pytest.mark.parametrize("permission", ["access_admin", "see_bench", "view_payment"])
def test_a_permission_makes_staff_without_the_flag(shop, client: Client, strict, permission: str):
    make_user(STAFF).user_permissions.add(Permission.objects.get(codename=permission))
    log_in(client, STAFF)
    assert is_shut(client.get("/bench/"))


def test_customers_are_not_asked_for_a_second_factor(shop, client: Client, strict):
    make_user("ada@example.com")
    log_in(client, "ada@example.com")
    assert client.get("/account/").status_code == 200
    assert client.get("/bench/").status_code == 403
    assert Client().get("/bench/")["Location"].startswith("/accounts/login/")


def test_without_the_setting_a_password_opens_the_bench(shop, client: Client):
    make_staff(STAFF)
    log_in(client, STAFF)
    assert client.get("/bench/").status_code == 200


def test_a_part_of_a_page_that_is_fetched_leads_the_whole_page_to_the_code(shop, client: Client, strict):
    boss()
    log_in(client, STAFF)
    answer = client.get("/bench/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/accounts/2fa/totp/activate/?next=%2Fbench%2F")
    assert b"<h1" not in answer.content


def test_every_page_that_wants_a_permission_lies_in_a_staff_area():
    for address, pattern in walk(get_resolver().url_patterns):
        view = getattr(pattern.callback, "view_class", None)
        if view and issubclass(view, PermissionRequiredMixin):
            assert ("/" + address).startswith(AREAS), address


def set_up_at(client: Client, address: str, **more: str):
    """The answer to the code that turns the factor on, after the password was asked once more."""
    if (page := client.get(address)).status_code == 302:
        client.post(page["Location"], {"password": PASSWORD})
        page = client.get(address)
    return client.post(
        "/accounts/2fa/totp/activate/", {"code": app_code(page.context["form"].secret), "next": page.context["wanted"]}
    )


def test_setting_up_the_factor_leads_on_to_the_page_that_was_wanted_without_another_code(shop, client, strict):
    boss()
    log_in(client, STAFF)
    done = set_up_at(client, client.get("/bench/?q=a&b=%2Fx")["Location"])
    codes = client.get(done["Location"])
    assert codes.context["wanted"] == "/bench/?q=a&b=%2Fx"
    assert 'href="/bench/?q=a&amp;b=%2Fx"' in codes.content.decode()
    assert client.get(codes.context["wanted"]).status_code == 200


def test_setting_up_the_factor_leads_to_no_other_host(shop, client, strict):
    boss()
    log_in(client, STAFF)
    done = set_up_at(client, "/accounts/2fa/totp/activate/?next=https://evil.example/")
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    assert client.get("/accounts/2fa/recovery-codes/?next=//evil.example/").context["wanted"] == ""


def test_a_wrong_code_at_the_setting_up_opens_nothing(shop, client, strict):
    boss()
    log_in(client, STAFF)
    client.get("/accounts/2fa/totp/activate/")
    client.post("/accounts/2fa/totp/activate/", {"code": "000000", "next": "/bench/"})
    assert is_shut(client.get("/bench/"))
