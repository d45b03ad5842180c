"""Whatever goes wrong is told in one shape."""

import importlib
import inspect
import pkgutil
from typing import Any

import pytest

from api import errors
from api.v1 import slots
from tests.api.callers import Caller, fault

ROOMS = ("cms", "notifications", "repairs", "shop")
# Codes that no verb behind the API raises.
ELSEWHERE = {
    "already_sent", "handled_before", "note_missing", "till_changed", "day_closed", "not_asked", "available",
    "bad_signature", "bank_refused", "link_not_good", "malformed",
    "more_than_open", "move_not_allowed", "no_such_starter", "not_for_the_public", "not_translated", "nothing_open",
    "promise_in_the_past", "unavailable", "unknown_placeholder", "unreadable_price",
    "webhook_address", "webhook_no_answer", "webhook_too_large",
}  # fmt: skip


def codes_of_the_rooms() -> set[str]:
    found = set()
    for room in ROOMS:
        for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            if ".migrations" in module.name or ".management" in module.name:
                continue
            for _name, thing in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                code = vars(thing).get("code")
                if issubclass(thing, Exception) and thing.__module__ == module.name and isinstance(code, str):
                    found.add(code)
    return found


def test_every_refusal_of_the_rooms_has_a_status() -> None:
    assert codes_of_the_rooms() - set(errors.FAULTS) <= ELSEWHERE


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nowhere/", 404, "not_found"),
        ("POST", "/api/v1/nowhere/", 404, "not_found"),
        ("DELETE", "/api/v1/basket/lines/%C3%B1/", 404, "not_found"),
        ("GET", "/api/v1/devices/no-such-device/", 404, "not_found"),
        ("GET", "/api/v1/quotes/Q-NONE/", 404, "not_found"),
        ("GET", "/api/v1/repairs/forged:token:here/", 404, "not_found"),
        ("PUT", "/api/v1/devices/", 405, "method_not_allowed"),
        ("OPTIONS", "/api/v1/devices/", 405, "method_not_allowed"),
        ("TRACE", "/api/v1/devices/", 405, "method_not_allowed"),
        ("DELETE", "/api/v1/orders/", 405, "method_not_allowed"),
        ("GET", "/api/v1/basket/", 401, "basket_token_needed"),
        ("GET", "/api/v1/me/orders/", 401, "not_authenticated"),
        ("GET", "/api/v1/devices/?limit=many", 400, "invalid"),
    ],
)
def test_a_refused_request_gets_a_problem_document(
    caller: Caller, method: str, path: str, status: int, code: str
) -> None:
    fault(caller.ask(method, path), status, code)


def test_a_body_that_is_not_json_is_a_parse_error(caller: Caller) -> None:
    fault(caller.ask("POST", "quotes/", raw=b'{"device": '), 400, "parse_error")


def test_another_content_type_is_415(caller: Caller) -> None:
    fault(caller.ask("POST", "quotes/", raw=b"a=1", Content_Type="application/x-www-form-urlencoded"), 415,
          "unsupported_media_type")  # fmt: skip


def test_another_accept_header_is_406(caller: Caller) -> None:
    fault(caller.get("devices/", Accept="text/html"), 406, "not_acceptable")


def test_faults_name_their_fields_with_dots(caller: Caller) -> None:
    caller.open()
    found = fault(caller.post("orders/", {"customer": {"name": 7}, "pay_by": "demo"}, key="a"), 400, "invalid")
    fields = {row["field"] for row in found["errors"]}
    assert {"customer.name", "shipping_method", "shown_total"} <= fields


def test_our_own_mistake_is_a_problem_document_without_a_traceback(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_kwargs: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(slots.policies, "terms_for", broken)
    answer = caller.get("slots/")
    fault(answer, 500, "error")
    assert b"secret" not in answer.content


def test_too_many_requests_say_when_to_come_back(caller: Caller, settings: Any) -> None:
    settings.API_RATES = {"lookups": "2/min"}
    for _turn in range(2):
        fault(caller.get("repairs/forged/"), 404, "not_found")
    answer = caller.get("repairs/forged/")
    fault(answer, 429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 61


def test_refusals_speak_the_asked_language_in_status_and_code_alike(caller: Caller) -> None:
    answer = caller.get("devices/", Accept_Language="pt-BR")
    assert answer["Content-Language"] == "pt-br"


def test_a_foreign_origin_may_not_read_and_an_allowed_one_may(caller: Caller, settings: Any) -> None:
    settings.ALLOWED_ORIGINS = ["https://app.example.com"]
    assert "Access-Control-Allow-Origin" not in caller.get("devices/", Origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in caller.get("devices/", Origin="null")
    answer = caller.get("devices/", Origin="https://app.example.com")
    assert answer["Access-Control-Allow-Origin"] == "https://app.example.com"
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Origin" in answer["Vary"]


def test_a_browser_that_asks_first_is_told_which_headers_it_may_send(caller: Caller, settings: Any) -> None:
    settings.ALLOWED_ORIGINS = ["https://app.example.com"]
    answer = caller.ask("OPTIONS", "orders/", Origin="https://app.example.com", Access_Control_Request_Method="POST")
    assert answer.status_code == 204
    allowed = answer["Access-Control-Allow-Headers"].lower()
    assert {"x-basket-token", "x-session-token", "idempotency-key"} <= set(allowed.split(", "))
