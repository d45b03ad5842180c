"""Who is let in, and that what a guest did belongs to the account once the address is proved, not a moment earlier."""

from pathlib import Path
from typing import Any

import pytest
from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.core.internal.ratelimit import parse_rates
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.signing import Signer
from django.test import Client
from oscar.core.loading import get_model

from notifications import contacts
from notifications.models import Contact
from shop.accounts import security
from shop.accounts.limits import WAIT
from tests.accounts import PASSWORD, app_code, code_to, confirm, log_in, mail_to, sign_up, with_app
from tests.factories import Shop, make_contact, make_staff, make_user
from tests.shop.orders import place, reserved
from tests.shop.payments.factories import make_order

ADA = "ada@example.com"
IN = "_auth_user_id"
Basket = get_model("basket", "Basket")


# --- what a guest did -------------------------------------------------------------------------------------------------


def test_signing_up_and_typing_the_code_brings_the_guests_orders_and_repairs(client: Client, shop: Shop) -> None:
    order = place(reserved(shop))
    job = order.job_rows.get().job
    assert sign_up(client, "Ada@Example.com", name="Ada Maria Smith")["Location"] == "/accounts/confirm-email/"
    assert IN not in client.session
    assert confirm(client, ADA)["Location"] == "/account/"
    body = client.get("/account/").content.decode()
    assert order.number in body
    assert job.reference in body
    assert client.get(f"/checkout/pay/{order.number}/").status_code == 302
    user = get_user_model().objects.get()
    assert (user.first_name, user.last_name) == ("Ada", "Maria Smith")


def test_a_log_in_brings_what_was_ordered_as_a_guest_since(client: Client, shop: Shop) -> None:
    make_user(ADA)
    order = place(reserved(shop))
    log_in(client, ADA)
    assert order.number in client.get("/account/").content.decode()
    assert [row["number"] for row in client.get("/api/v1/me/orders/").json()["items"]] == [order.number]
    assert client.get(f"/api/v1/orders/{order.number}/").status_code == 200


def test_an_address_that_is_not_proved_brings_nothing_and_lets_nobody_in(client: Client, shop: Shop) -> None:
    order = place(reserved(shop))
    sign_up(client, ADA)
    for address in (f"/checkout/pay/{order.number}/", f"/api/v1/orders/{order.number}/"):
        assert client.get(address).status_code == 404
    confirm(client, ADA, "0000-0000")
    cache.clear()  # a moment later
    assert log_in(Client(), ADA)["Location"] == "/accounts/confirm-email/"
    assert Contact.objects.filter(user=None, email=ADA).count() == 1
    assert IN not in client.session


def test_an_added_address_brings_its_bookings_when_its_code_is_typed_and_not_before(client: Client, shop: Shop) -> None:
    order = place(reserved(shop))
    make_user("eve@example.com")
    log_in(client, "eve@example.com")
    ask = client.post("/accounts/email/", {"email": ADA, "action_add": ""})
    assert ask["Location"].startswith("/accounts/reauthenticate/"), "the password is asked again first"
    client.post(ask["Location"], {"password": PASSWORD})
    client.post("/accounts/email/", {"email": ADA, "action_add": ""})
    confirm(client, ADA, "0000-0000")
    client.post("/accounts/email/", {"email": ADA, "action_primary": ""})
    assert order.number not in client.get("/account/").content.decode()
    assert Contact.objects.get(email=ADA).user is None
    assert confirm(client, ADA)["Location"] == "/accounts/email/"
    assert order.number in client.get("/account/").content.decode()


def test_a_log_in_claims_for_proved_addresses_only(client: Client, shop: Shop) -> None:
    user = make_user("eve@example.com")
    EmailAddress.objects.create(user=user, email=ADA, verified=False)
    order = place(reserved(shop))
    assert log_in(client, "eve@example.com")["Location"] == "/account/"
    assert order.number not in client.get("/account/").content.decode()
    assert Contact.objects.get(email=ADA).user is None


def test_a_row_that_has_an_owner_is_not_claimed_again(shop: Shop) -> None:
    theirs = make_contact(shop.site, user=make_user("eve@example.com"))
    assert contacts.claim(user=make_user(ADA), email=ADA) == 0
    theirs.refresh_from_db()
    assert theirs.user.email == "eve@example.com"


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_address_claims_no_guest_who_left_only_a_number(shop: Shop, blank: str) -> None:
    make_contact(shop.site, email="")
    assert contacts.claim(user=make_user(), email=blank) == 0
    assert Contact.objects.filter(user=None).count() == 1


def test_an_order_is_shown_at_the_shop_it_was_placed_at_only(client: Client, shop: Shop, second_site: Any) -> None:
    order, user = make_order(shop), make_user()
    order.user = user
    order.save(update_fields=["user"])
    client.force_login(user)
    assert order.number in client.get("/account/").content.decode()
    elsewhere = {"host": "localhost"}
    assert order.number not in client.get("/account/", headers=elsewhere).content.decode()
    assert client.get(f"/api/v1/orders/{order.number}/", headers=elsewhere).status_code == 404
    assert client.get(f"/checkout/pay/{order.number}/", headers=elsewhere).status_code == 404


# --- sign-up and log-in -----------------------------------------------------------------------------------------------


def test_the_pending_page_sends_a_new_code_and_lets_the_address_be_mended(client: Client, shop: Shop) -> None:
    sign_up(client, "ada@exmaple.com")
    first = code_to("ada@exmaple.com")
    cache.clear()  # a moment later
    client.post("/accounts/confirm-email/", {"action": "resend"})
    assert code_to("ada@exmaple.com") != first
    client.post("/accounts/confirm-email/", {"action": "change", "email": ADA})
    assert ADA in client.get("/accounts/confirm-email/").content.decode()
    confirm(client, ADA)
    assert IN in client.session
    assert EmailAddress.objects.get(verified=True).email == ADA


def test_a_code_by_mail_logs_in_once_and_only_where_it_was_asked_for(client: Client, shop: Shop) -> None:
    make_user(ADA)
    client.post("/accounts/login/code/", {"email": ADA})
    code = code_to(ADA)
    other = Client()
    other.post("/accounts/login/code/", {"email": "eve@example.com"})
    other.post("/accounts/login/code/confirm/", {"code": code})
    assert IN not in other.session
    assert client.post("/accounts/login/code/confirm/", {"code": code})["Location"] == "/account/"
    client.post("/accounts/logout/")
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert IN not in client.session


def test_three_wrong_codes_end_the_try(client: Client, shop: Shop) -> None:
    make_user(ADA)
    client.post("/accounts/login/code/", {"email": ADA})
    code = code_to(ADA)
    for _ in range(3):
        client.post("/accounts/login/code/confirm/", {"code": "0000-0000"})
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert IN not in client.session


def test_a_password_set_by_somebody_who_never_proved_the_address_is_void_once_its_owner_comes(shop: Shop) -> None:
    thief, owner = Client(), Client()
    sign_up(thief, ADA, "the-thief-knows-this")
    cache.clear()
    owner.post("/accounts/login/code/", {"email": ADA})
    owner.post("/accounts/login/code/confirm/", {"code": code_to(ADA)})
    assert IN in owner.session
    log_in(thief, ADA, "the-thief-knows-this")
    thief.get("/accounts/confirm-email/")
    thief.get("/account/")
    assert IN not in thief.session
    assert owner.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"


def test_a_code_leaves_the_password_of_a_proved_account_alone(client: Client, shop: Shop) -> None:
    make_user(ADA)
    client.post("/accounts/login/code/", {"email": ADA})
    client.post("/accounts/login/code/confirm/", {"code": code_to(ADA)})
    assert log_in(Client(), ADA)["Location"] == "/account/"


def test_a_code_by_mail_does_not_replace_the_second_factor(client: Client, shop: Shop) -> None:
    secret = with_app(make_user(ADA))
    client.post("/accounts/login/code/", {"email": ADA})
    page = client.post("/accounts/login/code/confirm/", {"code": code_to(ADA)})
    assert page["Location"] == "/accounts/2fa/authenticate/"
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert IN not in client.session
    client.post("/accounts/2fa/authenticate/", {"code": app_code(secret)})
    assert IN in client.session


def test_a_code_of_the_app_works_once(shop: Shop) -> None:
    secret = with_app(make_user(ADA))
    for entered in (True, False):
        client = Client()
        log_in(client, ADA)
        client.post("/accounts/2fa/authenticate/", {"code": app_code(secret)})
        assert (IN in client.session) is entered


def test_a_recovery_code_works_once(shop: Shop) -> None:
    user = make_user(ADA)
    with_app(user)
    code = user.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()[0]
    for entered in (True, False):
        client = Client()
        log_in(client, ADA)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert (IN in client.session) is entered


def test_setting_up_and_turning_off_the_second_factor_asks_for_the_password(client: Client, shop: Shop) -> None:
    client.force_login(make_user(ADA))
    again = client.get("/accounts/2fa/totp/activate/")
    assert again["Location"].startswith("/accounts/reauthenticate/")
    client.post(again["Location"], {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    assert b"<svg" in page.content
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    done = client.post("/accounts/2fa/totp/activate/", {"code": app_code(secret)})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    codes = client.get("/accounts/2fa/recovery-codes/download/").content.decode()
    assert len([line for line in codes.splitlines() if line.isdigit()]) == 10
    later = Client()
    later.force_login(get_user_model().objects.get())
    for page in ("totp/deactivate/", "recovery-codes/", "recovery-codes/download/", "recovery-codes/generate/"):
        answer = later.get(f"/accounts/2fa/{page}")
        assert answer["Location"].startswith("/accounts/reauthenticate/"), page
    later.post("/accounts/2fa/totp/deactivate/")
    assert get_user_model().objects.get().authenticator_set.count() == 2


def test_the_secret_of_an_app_is_not_readable_in_the_database_and_outlives_a_change_of_key(
    shop: Shop, settings: Any
) -> None:
    user = make_user(ADA)
    secret = with_app(user)
    kept = [str(row.data) for row in user.authenticator_set.all()]
    assert not [row for row in kept if secret in row or len(row) < 100]
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another-key" * 5
    for fallbacks, known, entered in (([], secret, False), ([], "", False), ([former], secret, True)):
        settings.SECRET_KEY_FALLBACKS = fallbacks
        client = Client()
        log_in(client, ADA)
        client.post("/accounts/2fa/authenticate/", {"code": app_code(known)})
        assert (IN in client.session) is entered, "a secret that cannot be read is never an empty one"


# --- nothing is given away --------------------------------------------------------------------------------------------


def words(page: Any) -> str:
    text = page.content.decode()
    for name in ("ada", "nobody"):
        text = text.replace(f"{name}@example.com", "X")
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


@pytest.mark.parametrize(
    ("address", "field", "more"),
    [
        ("/accounts/password/reset/", "email", {}),
        ("/accounts/login/code/", "email", {}),
        ("/accounts/signup/", "email", {"password1": "another-good-phrase"}),
        ("/accounts/login/", "login", {"password": "not-the-password"}),
    ],
)
def test_a_known_address_is_answered_like_an_unknown_one(shop: Shop, address: str, field: str, more: Any) -> None:
    make_user(ADA)
    pages = [Client().post(address, {field: email, **more}, follow=True) for email in (ADA, "nobody@example.com")]
    assert pages[0].redirect_chain == pages[1].redirect_chain
    known, unknown = (words(page).replace("The address is wrong", "") for page in pages)
    if address != "/accounts/signup/":  # only a new account can still change its address
        assert known == unknown


def test_signing_up_again_writes_to_the_owner_and_changes_nothing(client: Client, shop: Shop) -> None:
    user = make_user(ADA)
    sign_up(client, ADA, "another-good-phrase")
    assert "already" in mail_to(ADA)["body"]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert get_user_model().objects.count() == 1


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example"],
)
def test_a_log_in_leads_to_no_other_site(client: Client, shop: Shop, wanted: str, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://evil.example"]
    make_user(ADA)
    assert log_in(client, ADA, next=wanted)["Location"] == "/account/"


def test_a_log_in_leads_back_to_where_one_wanted_to_go(client: Client, shop: Shop) -> None:
    make_user(ADA)
    assert log_in(client, ADA, next="/account/?page=2")["Location"] == "/account/?page=2"


# --- the browser's session --------------------------------------------------------------------------------------------


def test_the_session_gets_a_new_key_at_log_in_and_keeps_the_draft_and_the_basket(client: Client, shop: Shop) -> None:
    make_user(ADA)
    session = client.session
    session["draft"] = "the-token-of-the-draft"
    session.save()
    before = client.session.session_key
    log_in(client, ADA)
    assert client.session.session_key != before
    assert client.session["draft"] == "the-token-of-the-draft"


def test_a_guests_basket_becomes_the_members_at_log_in(client: Client, shop: Shop) -> None:
    user = make_user(ADA)
    basket = reserved(shop)
    client.cookies["oscar_open_basket"] = Signer().sign(basket.pk)
    log_in(client, ADA)
    client.get("/basket/")
    assert Basket.objects.get(owner=user, status="Open").lines.count() == 1


def test_a_new_password_logs_every_other_device_out(client: Client, shop: Shop) -> None:
    make_user(ADA)
    other = Client()
    for browser in (client, other):
        log_in(browser, ADA)
    new = {"oldpassword": PASSWORD, "password1": "quite-another-phrase", "password2": "quite-another-phrase"}
    assert client.post("/accounts/password/change/", new).status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_logging_out_everywhere_ends_every_session_also_this_one(client: Client, shop: Shop) -> None:
    make_user(ADA)
    stranger, other = Client(), Client()
    make_user("eve@example.com")
    log_in(stranger, "eve@example.com")
    for browser in (client, other):
        log_in(browser, ADA)
    assert client.get("/accounts/sessions/end/").status_code == 405
    assert client.post("/accounts/sessions/end/")["Location"] == "/accounts/login/"
    for browser in (client, other):
        assert browser.get("/account/").status_code == 302
    assert stranger.get("/account/").status_code == 200


def test_log_out_takes_a_post(client: Client, shop: Shop) -> None:
    client.force_login(make_user(ADA))
    client.get("/accounts/logout/")
    assert IN in client.session
    client.post("/accounts/logout/")
    assert IN not in client.session


def test_a_closed_account_is_not_let_in(client: Client, shop: Shop) -> None:
    make_user(ADA, is_active=False)
    log_in(client, ADA)
    client.post("/accounts/login/code/", {"email": ADA})
    assert IN not in client.session


@pytest.mark.parametrize("addresses", [0, 3])
def test_the_security_page_asks_five_things_however_many_addresses(
    client: Client, shop: Shop, django_assert_num_queries: Any, addresses: int
) -> None:
    user = make_user(ADA)
    with_app(user)
    for number in range(addresses):
        EmailAddress.objects.create(user=user, email=f"ada{number}@example.com", verified=False)
    with django_assert_num_queries(5):
        facts = security.facts(user)
    assert (facts["codes_left"], len(facts["addresses"])) == (10, addresses + 1)
    client.force_login(user)
    assert "10 recovery codes left" in client.get("/accounts/security/").content.decode()


# --- too many tries ---------------------------------------------------------------------------------------------------


def test_five_wrong_passwords_lock_the_address_out_in_words_and_nobody_else(shop: Shop) -> None:
    make_user(ADA)
    make_user("eve@example.com")
    for _ in range(5):
        log_in(Client(), ADA, "wrong-password")
    locked = Client()
    page = log_in(locked, ADA.upper())
    assert "Wait five minutes" in page.content.decode()
    assert IN not in locked.session
    assert log_in(Client(), "eve@example.com")["Location"] == "/account/"
    answer = Client().post(
        "/_allauth/app/v1/auth/login", {"email": ADA, "password": PASSWORD}, content_type="application/json"
    )
    assert answer.status_code == 400, "the app's door counts with the same fingers"
    by_code = Client()
    by_code.post("/accounts/login/code/", {"email": ADA})
    by_code.post("/accounts/login/code/confirm/", {"code": code_to(ADA)})
    assert IN in by_code.session, "the owner still gets in by a code"


def test_the_limits_hold_without_redis_in_the_cache_of_files(shop: Shop, settings: Any, tmp_path: Path) -> None:
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": tmp_path}}
    make_user(ADA)
    for _ in range(5):
        log_in(Client(), ADA, "wrong-password")
    assert "Wait five minutes" in log_in(Client(), ADA).content.decode()
    assert list(tmp_path.iterdir())


def test_one_computer_may_not_try_many_addresses(client: Client, shop: Shop) -> None:
    make_user(ADA)
    for number in range(10):
        log_in(client, f"nobody{number}@example.com", "wrong-password")
    log_in(client, ADA)
    assert IN not in client.session


def test_behind_a_proxy_the_visitors_own_address_counts(shop: Shop, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    make_user(ADA)
    spoofed = iter(range(100))

    def visitor(address: str) -> Client:
        return Client(headers={"x-forwarded-for": f"203.0.113.{next(spoofed)}, {address}"})

    for number in range(10):
        log_in(visitor("198.51.100.7"), f"nobody{number}@example.com", "wrong-password")
    assert log_in(visitor("198.51.100.7"), ADA).status_code == 200
    assert log_in(visitor("198.51.100.8"), ADA)["Location"] == "/account/"


def test_the_page_for_too_many_tries_says_when_to_come_back(client: Client, shop: Shop) -> None:
    make_user(ADA)
    for _ in range(3):
        client.post("/accounts/password/reset/", {"email": ADA})
    page = client.post("/accounts/password/reset/", {"email": ADA})
    assert page.status_code == 429
    assert page["Retry-After"] == "300"
    assert "Try again in 5 minutes" in page.content.decode()


def test_no_window_is_longer_than_the_words_say() -> None:
    windows = [rate.duration for rates in app_settings.RATE_LIMITS.values() for rate in parse_rates(rates)]
    assert max(windows) == WAIT


@pytest.mark.parametrize(
    ("address", "field"),
    [("/accounts/login/", "login"), ("/accounts/signup/", "email"), ("/accounts/login/code/", "email"),
     ("/accounts/password/reset/", "email"), ("/accounts/signup/", "name")],
)  # fmt: skip
@pytest.mark.parametrize("value", ["a\x00@example.com", "x" * 5000 + "@example.com", "😀", ""])
def test_odd_input_gets_the_form_back(client: Client, shop: Shop, address: str, field: str, value: str) -> None:
    given = {"email": ADA, "login": ADA, "password": PASSWORD, "password1": "x", field: value}
    assert client.post(address, given).status_code in {200, 302, 400}


def test_a_member_of_staff_comes_in_by_the_same_door(client: Client, shop: Shop) -> None:
    make_staff()
    assert log_in(client, "bench@example.com", next="/bench/")["Location"] == "/bench/"
    assert client.get("/bench/").status_code == 200
