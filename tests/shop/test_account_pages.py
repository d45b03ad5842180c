"""Every page that allauth can show here is one of ours: our frame, our words, no default look, no fault."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from shop.templatetags.accounts import device_name
from tests.accounts import PASSWORD, code_to, log_in, sign_up, with_app
from tests.factories import make_user

ADA = "ada@example.com"
KEYS = {"uidb36": "1", "key": "set-password"}
# Shown only in the middle of a flow; test_a_page_in_the_middle_of_a_flow_is_ours goes there.
MIDWAY = {
    "account_email_verification_sent": "account_login",
    "account_confirm_login_code": "account_request_login_code",
    "mfa_authenticate": "account_login",
}


def walk(patterns: Any, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern


def pages() -> dict[str, str]:
    """Name and address of everything under /accounts/."""
    found = {}
    for route, pattern in walk(get_resolver().url_patterns):
        if route.lstrip("^").startswith("accounts/") and pattern.name:
            found[pattern.name] = reverse(pattern.name, kwargs=KEYS if "uidb36" in route else None)
    return found


def assert_ours(page: Any, what: str) -> None:
    """In our frame, with one heading, a title of its own, labels on every field, no placeholder, nothing inline."""
    body = page.content.decode()
    names = {template.name for template in page.templates}
    assert "base_private.html" in names, what
    assert "mendwell/base.css" in body, what
    assert len(re.findall(r"<h1[ >]", body)) == 1, what
    main = body.partition('id="main"')[2].partition("</main>")[0]
    for field in re.findall(r'<input(?![^>]*type="(?:hidden|checkbox|radio)")[^>]*id="([^"]+)"', main):
        assert f'for="{field}"' in main, f"{what}: {field} has no label"
    assert not re.search(r'placeholder="[^"]', main), what
    assert not re.search(r"<[^>]+ style=|<script(?![^>]*src=)", body), what
    assert body.count("</form>") == body.count("csrfmiddlewaretoken"), f"{what}: a form without its token"
    for word in ("Sign In", "Sign Up", "Please", "e.g.", "example.com!", "authenticator code"):
        assert word not in main.replace(ADA, ""), f"{what}: {word}"


def show(client: Client, address: str) -> Any:
    """The page, through a question for the password if there is one."""
    page = client.get(address, follow=True)
    if "account_reauthenticate" in [page.resolver_match.url_name] and not address.startswith("/accounts/reauth"):
        page = client.post(
            page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"password": PASSWORD}, follow=True
        )
    return page


NAMES = sorted(set(pages()) - {"log_out_everywhere", "mfa_download_recovery_codes"})


def test_no_page_is_forgotten() -> None:
    assert {"account_login", "account_signup", "mfa_index", "usersessions_list", "account_security"} <= set(NAMES)
    assert len(NAMES) >= 24


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["guest", "member", "member with an app", "member without a password"])
def test_every_page_is_ours(client: Client, shop: Any, name: str, who: str) -> None:
    if who != "guest":
        user = make_user(ADA)
        if who == "member with an app":
            with_app(user)
        if who == "member without a password":
            user.set_unusable_password()
            user.save()
        client.force_login(user)
    page = show(client, pages()[name])
    if page.status_code == 404:
        assert name == "mfa_view_recovery_codes" or name == "mfa_deactivate_totp", name
        return
    if page.status_code == 403:
        assert name in {"account_reauthenticate", "mfa_reauthenticate"} and who == "member without a password"
        return
    assert page.status_code == 200
    if page.resolver_match.url_name not in {"account", "home", "wagtail_serve"}:
        assert_ours(page, f"{name} for a {who}")


@pytest.mark.parametrize("language", ["", "/pt-br"])
def test_a_page_in_the_middle_of_a_flow_is_ours(client: Client, shop: Any, language: str) -> None:
    for name, back_to in MIDWAY.items():
        assert client.get(reverse(name))["Location"] == reverse(back_to)
    sign_up(client, "new@example.com")
    page = client.get(f"{language}/accounts/confirm-email/")
    assert_ours(page, "confirm the address")
    page = client.post(f"{language}/accounts/confirm-email/", {"code": "1"})
    assert_ours(page, "a wrong code")
    make_user(ADA)
    visitor = Client()
    visitor.post(f"{language}/accounts/login/code/", {"email": ADA})
    assert_ours(visitor.get(f"{language}/accounts/login/code/confirm/"), "the code to log in")
    with_app(make_user("eve@example.com"))
    member = Client()
    log_in(member, "eve@example.com")
    assert_ours(member.get(f"{language}/accounts/2fa/authenticate/"), "the app's code")
    assert_ours(member.post(f"{language}/accounts/2fa/authenticate/", {"code": "1"}), "a wrong app's code")


def test_a_form_with_errors_says_so_beside_the_field(client: Client, shop: Any) -> None:
    page = client.post("/accounts/signup/", {"email": "x", "password1": "1"})
    assert_ours(page, "sign-up with errors")
    body = page.content.decode()
    assert 'id="id_email_error"' in body
    assert 'id="id_password1_error"' in body
    assert "data-error-summary" in body


def test_recovery_codes_can_be_taken_away_as_a_file(client: Client, shop: Any) -> None:
    user = make_user(ADA)
    with_app(user)
    log_in(client, ADA)
    code = user.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()[0]
    client.post("/accounts/2fa/authenticate/", {"code": code})
    page = show(client, "/accounts/2fa/recovery-codes/download/")
    assert page["Content-Disposition"].startswith("attachment")
    assert "no-store" in page["Cache-Control"]
    assert code not in page.content.decode()


def test_no_template_of_a_library_is_left_for_a_page_or_a_mail() -> None:
    """The templates that allauth names for what is switched on here all lie in our folder."""
    ours = str(settings.BASE_DIR / "templates")
    for name in (
        "account/login.html", "account/signup.html", "account/signup_closed.html", "account/logout.html",
        "account/email.html", "account/confirm_email_verification_code.html", "account/request_login_code.html",
        "account/confirm_login_code.html", "account/password_change.html", "account/password_set.html",
        "account/password_reset.html", "account/password_reset_done.html", "account/password_reset_from_key.html",
        "account/password_reset_from_key_done.html", "account/reauthenticate.html", "account/account_inactive.html",
        "mfa/index.html", "mfa/authenticate.html", "mfa/reauthenticate.html", "mfa/totp/activate_form.html",
        "mfa/totp/deactivate_form.html", "mfa/recovery_codes/index.html", "mfa/recovery_codes/generate.html",
        "mfa/recovery_codes/download.txt", "usersessions/usersession_list.html", "429.html",
    ):  # fmt: skip
        assert get_template(name).origin.name.startswith(ours), name


def test_the_pages_hold_nothing_for_a_shared_cache(client: Client, shop: Any) -> None:
    client.force_login(make_user(ADA))
    for address in ("/accounts/security/", "/accounts/sessions/", "/accounts/email/", "/accounts/2fa/"):
        page = show(client, address)
        assert "Cookie" in page["Vary"], address


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36 EdgA/140", "Edge on Android"),
        ("okhttp/4.12", "okhttp"),
        ("", "An unknown device"),
        ("<script>alert(1)</script>", "<script>alert(1)<"),
    ],
)
def test_a_browser_is_called_what_a_person_calls_it(agent: str, name: str) -> None:
    assert device_name(agent) == name


def test_the_present_device_stands_first_among_those_logged_in(client: Client, shop: Any) -> None:
    make_user(ADA)
    firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
    for browser, agent in ((Client(), "okhttp/4.12"), (client, firefox), (Client(), safari)):
        browser.defaults["HTTP_USER_AGENT"] = agent
        log_in(browser, ADA)
    body = client.get("/accounts/sessions/").content.decode()
    places = [body.index(name) for name in ("Firefox on Windows", "This device", "Safari on iPhone", "okhttp")]
    assert places == sorted(places)
    assert body.count("This device") == 1


def test_the_code_page_knows_the_code_typed_with_or_without_its_dash(client: Client, shop: Any) -> None:
    sign_up(client, ADA)
    code = code_to(ADA)
    assert re.fullmatch(r"\d{4}-\d{4}", code)
    assert client.post("/accounts/confirm-email/", {"code": f" {code.replace('-', '')} "})["Location"] == "/account/"
