"""The same door by API: an app and a browser sign up, verify, log in, and log out everywhere, in JSON throughout."""

from typing import Any

import pytest
from django.test import Client

from tests.accounts import PASSWORD, app_code, code_to, confirm, sign_up
from tests.factories import Shop, make_user
from tests.shop.orders import place, reserved

ADA = "ada@example.com"


class App:
    """A client that keeps the session token it is given, and no cookie."""

    def __init__(self, kind: str = "app") -> None:
        self.base, self.client, self.token = f"/_allauth/{kind}/v1/", Client(), ""

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"x-session-token": self.token} if self.token else {}
        address = path if path.startswith("/") else self.base + path
        send = getattr(self.client, method)
        answer = send(address, body, content_type="application/json", headers=headers) if body is not None else send(
            address, headers=headers
        )  # fmt: skip
        if self.base.startswith("/_allauth/app"):
            self.client.cookies.clear()
        assert answer["Content-Type"].partition(";")[0] in {"application/json", "application/problem+json"}, path
        said = answer.json()
        self.token = (said.get("meta") or {}).get("session_token", self.token) if isinstance(said, dict) else self.token
        return answer

    def log_in(self, email: str = ADA) -> "App":
        assert self.ask("post", "auth/login", {"email": email, "password": PASSWORD}).status_code == 200
        return self


def pending(answer: Any) -> set[str]:
    assert answer.status_code == 401
    return {flow["id"] for flow in answer.json()["data"]["flows"] if flow.get("is_pending")}


def test_an_app_signs_up_verifies_asks_who_it_is_and_logs_out_everywhere(shop: Shop) -> None:
    order = place(reserved(shop))
    app = App()
    new = {"email": ADA, "password": PASSWORD, "name": "Ada Smith"}
    assert pending(app.ask("post", "auth/signup", new)) == {"verify_email"}
    assert app.ask("get", "/api/v1/me/orders/").status_code == 401
    assert app.ask("post", "auth/email/verify", {"key": "0000-0000"}).status_code == 400
    verified = app.ask("post", "auth/email/verify", {"key": code_to(ADA)})
    assert verified.status_code == 200
    assert verified.json()["data"]["user"]["email"] == ADA
    mine = app.ask("get", "/api/v1/me/orders/").json()["items"]
    assert [row["number"] for row in mine] == [order.number]

    other = App().log_in()
    assert other.ask("get", "/api/v1/me/orders/").status_code == 200
    sessions = app.ask("get", "auth/sessions").json()["data"]
    assert len(sessions) == 2
    assert sum(session["is_current"] for session in sessions) == 1
    ended = app.ask("delete", "auth/sessions", {"sessions": [session["id"] for session in sessions]})
    assert ended.status_code == 401
    for client in (app, other):
        assert client.ask("get", "/api/v1/me/orders/").status_code == 401


def test_nobody_ends_a_strangers_session(shop: Shop) -> None:
    make_user(ADA)
    make_user("eve@example.com")
    ada, eve = App().log_in(), App().log_in("eve@example.com")
    theirs = ada.ask("get", "auth/sessions").json()["data"][0]["id"]
    assert eve.ask("delete", "auth/sessions", {"sessions": [theirs]}).status_code == 400
    assert ada.ask("get", "/api/v1/me/orders/").status_code == 200


@pytest.mark.parametrize("kind", ["app", "browser"])
def test_a_code_by_mail_logs_in(shop: Shop, kind: str) -> None:
    make_user(ADA)
    app = App(kind)
    assert pending(app.ask("post", "auth/code/request", {"email": ADA})) == {"login_by_code"}
    assert app.ask("post", "auth/code/confirm", {"code": "0000-0000"}).status_code == 400
    assert app.ask("post", "auth/code/confirm", {"code": code_to(ADA)}).status_code == 200
    assert app.ask("get", "/api/v1/me/orders/").status_code == 200


def test_a_code_for_an_unknown_address_is_answered_alike(shop: Shop) -> None:
    make_user(ADA)
    known, unknown = (App().ask("post", "auth/code/request", {"email": email}) for email in (ADA, "x@example.com"))
    assert known.status_code == unknown.status_code == 401
    assert known.json()["data"] == unknown.json()["data"]


@pytest.mark.parametrize("kind", ["app", "browser"])
def test_the_second_factor_is_set_up_and_asked_for(shop: Shop, kind: str) -> None:
    make_user(ADA)
    app = App(kind).log_in()
    secret = app.ask("get", "account/authenticators/totp").json()["meta"]["secret"]
    early = app.ask("post", "account/authenticators/totp", {"code": app_code(secret)})
    assert early.status_code == 401, "the password is asked again first"
    app.ask("post", "auth/reauthenticate", {"password": PASSWORD})
    assert app.ask("post", "account/authenticators/totp", {"code": "000000"}).status_code == 400
    assert app.ask("post", "account/authenticators/totp", {"code": app_code(secret)}).status_code == 200
    codes = app.ask("get", "account/authenticators/recovery-codes").json()["data"]["unused_codes"]

    later = App(kind)
    assert pending(later.ask("post", "auth/login", {"email": ADA, "password": PASSWORD})) == {"mfa_authenticate"}
    assert later.ask("get", "/api/v1/me/orders/").status_code == 401, "half a log-in is none"
    assert later.ask("post", "auth/2fa/authenticate", {"code": codes[0]}).status_code == 200
    assert later.ask("get", "/api/v1/me/orders/").status_code == 200


def test_an_app_changes_its_address_and_only_a_typed_code_makes_it_count(shop: Shop) -> None:
    make_user("eve@example.com")
    order = place(reserved(shop))
    app = App().log_in("eve@example.com")
    app.ask("post", "auth/reauthenticate", {"password": PASSWORD})
    assert app.ask("post", "account/email", {"email": ADA}).status_code in {200, 403}
    assert app.ask("get", "/api/v1/me/orders/").json()["items"] == []
    assert app.ask("patch", "account/email", {"email": ADA, "primary": True}).status_code >= 400
    assert app.ask("get", "/api/v1/me/orders/").json()["items"] == []
    assert app.ask("post", "auth/email/verify", {"key": code_to(ADA)}).status_code == 200
    assert [row["number"] for row in app.ask("get", "/api/v1/me/orders/").json()["items"]] == [order.number]


def test_too_many_wrong_passwords_are_answered_in_json(shop: Shop) -> None:
    make_user(ADA)
    for _ in range(6):
        answer = App().ask("post", "auth/login", {"email": ADA, "password": "wrong-password"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "too_many_login_attempts"
    for _ in range(40):
        answer = App().ask("post", "auth/login", {"email": ADA, "password": PASSWORD})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "300"


@pytest.mark.parametrize("path", ["", "app/", "app/v1/", "app/v1/auth/nothing", "app/v1/auth/login"])
def test_an_unknown_address_or_method_is_answered_in_json(shop: Shop, path: str) -> None:
    answer = Client().get(f"/_allauth/{path}", follow=True)
    assert answer.status_code in {404, 405}
    assert "json" in answer["Content-Type"]


@pytest.mark.parametrize("kind", ["app", "browser"])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b'{"email": 1}', b'{"email": {"a": 1}, "password": []}',
             b'{"email": "a\\u0000@example.com", "password": "\\u0000"}', b"\xff\xfe"]
)  # fmt: skip
@pytest.mark.parametrize("path", ["auth/login", "auth/signup", "auth/code/request", "auth/password/request"])
def test_odd_bodies_are_refused_in_json(shop: Shop, kind: str, path: str, body: bytes) -> None:
    answer = Client().post(f"/_allauth/{kind}/v1/{path}", body, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert "json" in answer["Content-Type"]


def test_the_browsers_door_wants_the_forgery_token(shop: Shop) -> None:
    make_user(ADA)
    strict = Client(enforce_csrf_checks=True)
    body = {"email": ADA, "password": PASSWORD}
    refused = strict.post("/_allauth/browser/v1/auth/login", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")


@pytest.mark.parametrize("token", ["", "x", "made-up" * 100, "a b", "\u00e9"])
def test_a_made_up_session_token_is_nobody(shop: Shop, token: str) -> None:
    client = Client(headers={"x-session-token": token})
    assert client.get("/api/v1/me/orders/").status_code == 401


def test_an_account_made_on_the_page_is_the_apps_too(shop: Shop) -> None:
    page = Client()
    sign_up(page, ADA)
    confirm(page, ADA)
    assert App().log_in().ask("get", "auth/session").json()["data"]["user"]["email"] == ADA
