"""Strangers send anything; nothing of it is our mistake (500), and nothing of it takes long."""

import time
from typing import Any

import pytest

from tests.api.callers import Caller, fault

JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    "",
    "\x00",
    "x" * 60_000,
    [],
    [[]],
    {},
    {"a": {"b": []}},
    "🦄",
    "<b>",
]


@pytest.mark.parametrize("junk", JUNK, ids=lambda value: repr(value)[:20])
def test_any_member_may_be_anything_without_an_error_of_ours(caller: Caller, junk: Any) -> None:
    caller.open()
    money = {"amount": junk, "currency": junk}
    bodies: list[tuple[str, Any]] = [
        ("quotes/", {"device": junk, "repair_type": junk, "answers": junk, "problem": junk}),
        ("quotes/", {"device": "iphone-8", "repair_type": "screen-repair", "answers": {"urgency": junk}}),
        ("holds/", {"starts_at": junk, "quote": junk}),
        ("basket/lines/", {"quote": junk}),
        ("basket/vouchers/", {"code": junk}),
        ("orders/", {"customer": {"name": junk}, "shipping_method": junk, "pay_by": junk, "shown_total": money}),
        ("payments/", {"order": junk, "return_url": junk}),
    ]
    for path, body in bodies:
        answer = caller.post(path, body, key="junk")
        assert 400 <= answer.status_code < 500, (path, body, answer.content)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b'{"device": NaN, "repair_type": "screen-repair"}',
        b'{"device": Infinity}',
        b'{"device": "a", "device": "b"}',
        b"\xff\xfe\x00",
        b"\x1f\x8b\x08\x00bomb",
        b'{"device": ' + b"9" * 5000 + b"}",
        b'{"problem": "\\ud800", "device": "iphone-8", "repair_type": "screen-repair"}',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    ],
    ids=lambda raw: repr(raw[:16]),
)
def test_a_body_that_is_not_sound_json_is_400(caller: Caller, raw: bytes) -> None:
    assert caller.ask("POST", "quotes/", raw=raw).status_code == 400


def test_a_huge_body_is_refused_at_once(caller: Caller) -> None:
    began = time.perf_counter()
    fault(caller.ask("POST", "quotes/", raw=b'{"problem": "' + b"x" * 2_000_000 + b'"}'), 413, "body_too_large")
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "query",
    [
        "limit=1000000000",
        "limit=0",
        "limit=-1",
        "limit=NaN",
        "offset=1000000000000",
        "year_from=99999999999999999999",
        "year_to=1e3",
        "category=%00",
        "brand=%00",
        "q=%00",
        "q=" + "a" * 101,
    ],
)
def test_a_query_out_of_bounds_is_400(caller: Caller, query: str) -> None:
    fault(caller.get(f"devices/?{query}"), 400, "invalid")


@pytest.mark.parametrize(
    "query", ["q=(a%2B)%2B$", "q=%27%20OR%201=1", "q=%F0%9F%A6%84", "q=_____", "fields=*&expand=all"]
)
def test_a_strange_search_is_only_a_search(caller: Caller, query: str) -> None:
    assert caller.get(f"devices/?{query}").status_code == 200


@pytest.mark.parametrize("query", ["first_date=9999-12-31", "first_date=0001-01-01", "days=32", "first_date=soon"])
def test_days_out_of_reach_are_400(caller: Caller, query: str) -> None:
    fault(caller.get(f"slots/?{query}"), 400, "invalid")


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "noon"])
def test_moments_out_of_reach_are_400(caller: Caller, start: str) -> None:
    fault(caller.open().post("holds/", {"starts_at": start}), 400, "invalid")


@pytest.mark.parametrize("path", ["devices/%00/", "repairs/%00/", "repairs/%FF%FE/", "repairs/" + "x" * 5000 + "/"])
def test_a_strange_address_is_404(caller: Caller, path: str) -> None:
    fault(caller.get(path), 404, "not_found")


@pytest.mark.parametrize("amount", ["NaN", "-1", "1e9", "239.991", "Infinity", "1E+400", 239.99, "٢٣٩٫٩٩"])
def test_a_strange_total_never_orders_anything(caller: Caller, amount: Any) -> None:
    caller.fill()
    answer = caller.post("orders/", caller.wish(shown_total={"amount": amount, "currency": "GBP"}), key="a")
    assert answer.status_code in ({201} if amount == 239.99 else {400, 409}), answer.content


def test_the_method_cannot_be_overridden_by_a_header(caller: Caller) -> None:
    caller.fill()
    answer = caller.post("basket/", X_HTTP_Method_Override="GET")
    assert answer.status_code == 201


def test_a_header_of_strange_bytes_is_not_our_mistake(caller: Caller) -> None:
    caller.token = "\xe9\xff"
    fault(caller.get("basket/"), 404, "not_found")
    fault(Caller().post("orders/", {}, key="\x7f"), 400, "idempotency_key_required")


@pytest.mark.parametrize("path", ["v2/pages/?search=%00", "v3/pages/?search=a%00b", "v2/images/?title=%00"])
def test_wagtails_own_api_answers_a_nul_with_a_problem(caller: Caller, path: str) -> None:
    fault(caller.get(f"/api/cms/{path}"), 400, "bad_request")
