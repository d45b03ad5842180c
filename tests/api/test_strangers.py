"""Nobody sees or touches what is somebody else's; every operation says who may call it, and means it."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from repairs import tracking
from repairs.models import Hold, Job
from shop.models import OrderVisit, Payment
from shop.payments import ledger
from tests.api.callers import Caller, fault
from tests.factories import Shop, make_staff, make_user
from tests.shop.statements import counted

PASSWORD = "a-good-pass-phrase"
FILES = ("image/webp", "application/pdf")  # nobody writes one into a schema


def logged_in(user: Any) -> Caller:
    """A client of an app: it logs in by allauth's headless API and carries the session token, no cookie."""
    answer = Client().post(
        "/_allauth/app/v1/auth/login", {"email": user.email, "password": PASSWORD}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    caller = Caller()
    caller.client.defaults["HTTP_X_SESSION_TOKEN"] = answer.json()["meta"]["session_token"]
    return caller


def test_a_strangers_hold_is_not_found_and_stays(caller: Caller) -> None:
    caller.fill()
    hold = Hold.objects.get()
    fault(Caller().open().delete(f"holds/{hold.reference}/"), 404, "not_found")
    fault(Caller().delete(f"holds/{hold.reference}/"), 401, "basket_token_needed")
    hold.refresh_from_db()
    assert hold.state == Hold.State.HELD


def test_a_made_up_basket_token_opens_nothing(caller: Caller) -> None:
    Caller().open()  # somebody else has one
    caller.token = "made-up"
    for path in ("basket/", "holds/H-1/", "basket/lines/Q-1/"):
        method = "GET" if path == "basket/" else "DELETE"
        fault(caller.ask(method, path), 404, "not_found")


def test_a_strangers_order_and_payment_are_not_found(caller: Caller) -> None:
    number = caller.fill().order(pay_by="in_store")["number"]
    order = OrderVisit.objects.get().order
    Payment.objects.create(
        order=order, site_id=order.visit.site_id, reference="P-TEST", provider="in_store", amount=1, currency="GBP",
        created_at=order.date_placed, changed_at=order.date_placed,
    )  # fmt: skip
    for stranger in (Caller(), Caller().open(), logged_in(make_user("eve@example.com")), logged_in(make_staff())):
        fault(stranger.get(f"orders/{number}/"), 404, "not_found")
        fault(stranger.get("payments/P-TEST/"), 404, "not_found")
        fault(stranger.post("payments/", {"order": number}, key="a"), 404, "not_found")


def test_a_customer_sees_their_own_orders_and_repairs_and_no_others(caller: Caller) -> None:
    caller.fill().order()
    ada = logged_in(make_user("ada@example.org"))
    mine = ada.fill().order()
    ada.token = ""
    assert [row["number"] for row in ada.get("me/orders/").json()["items"]] == [mine["number"]]
    assert [row["reference"] for row in ada.get("me/repairs/").json()["items"]] == [mine["repairs"][0]["reference"]]
    assert ada.get(f"orders/{mine['number']}/").json()["number"] == mine["number"]
    assert logged_in(make_user("eve@example.com")).get("me/orders/").json()["items"] == []


def test_a_customer_sees_what_is_paid_and_what_is_open_on_each_order(
    shop: Shop,
) -> None:
    ada = logged_in(make_user("ada@example.org"))
    for _order in range(2):
        ada.fill().order(pay_by="in_store")
    ada.token = ""
    first = OrderVisit.objects.earliest("pk").order
    ledger.take_at_counter(order=first, amount=Decimal("100.00"), by=None, at=timezone.now())
    newest, oldest = ada.get("me/orders/").json()["items"]
    gbp = {"currency": "GBP"}
    assert newest["balance"] == {
        "due": {"amount": "239.99", **gbp},
        "paid": {"amount": "0.00", **gbp},
        "refunded": {"amount": "0.00", **gbp},
        "open": {"amount": "239.99", **gbp},
    }
    assert (oldest["balance"]["paid"]["amount"], oldest["balance"]["open"]["amount"]) == ("100.00", "139.99")
    with counted() as two:
        ada.get("me/orders/")
    ada.fill().order(pay_by="in_store")
    ada.token = ""
    with counted() as three:
        ada.get("me/orders/")
    assert len(three) == len(two)


def test_a_session_token_that_is_not_good_is_refused(caller: Caller) -> None:
    fault(caller.get("me/orders/", X_Session_Token="forged"), 401, "authentication_failed")
    fault(caller.post("basket/", X_Session_Token="forged"), 401, "authentication_failed")


def test_a_browsers_session_cannot_write_without_its_csrf_token(caller: Caller) -> None:
    caller.client.force_login(make_user())
    assert caller.get("me/orders/").status_code == 200
    fault(caller.post("basket/"), 403, "permission_denied")


def test_a_withdrawn_tracking_link_is_not_found(caller: Caller) -> None:
    token = caller.fill().order()["repairs"][0]["tracking_token"]
    tracking.revoke(Job.objects.get())
    fault(caller.get(f"repairs/{token}/"), 404, "not_found")
    fault(caller.get(f"repairs/{token}x/events/"), 404, "not_found")


@pytest.mark.parametrize(
    "more",
    [
        {"total": {"amount": "0.01", "currency": "GBP"}},
        {"status": "paid"},
        {"user": 1},
        {"discount": "100"},
        {"customer": {"name": "Ada", "email": "ada@example.com", "is_staff": True}},
    ],
)
def test_members_that_nobody_asked_for_are_refused(caller: Caller, more: dict[str, Any]) -> None:
    caller.fill()
    fault(caller.post("orders/", caller.wish(**more), key="a"), 400, "invalid")
    assert not OrderVisit.objects.exists()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    for path, methods in schema["paths"].items():
        for method, described in methods.items():
            yield method.upper(), path, described


def address(path: str) -> str:
    """The path with every parameter filled in by something that does not exist."""
    return re.sub(r"{\w+}", "unknown", path)


# What each role answers to somebody who may not call, on things that do not exist or are not theirs.
REFUSALS = {"basket": {401}, "owner": {400, 404}, "customer": {401}, "tracking-link": {404}, "staff": {401, 403},
            "till": {401, 403}}  # fmt: skip


@pytest.mark.parametrize("who", ["guest", "customer", "technician"])
def test_every_operation_lets_in_only_whom_it_declares(shop: Shop, who: str) -> None:
    caller = {"guest": Caller, "customer": lambda: logged_in(make_user("eve@example.com")),
              "technician": lambda: logged_in(make_staff())}[who]()  # fmt: skip
    seen = set()
    for method, path, described in operations():
        (role,) = described["x-roles"]
        body = {} if method in {"POST", "PATCH", "PUT"} else None
        answer = caller.ask(method, address(path), body, Idempotency_Key="matrix")
        seen.add(role)
        if role == "anyone":
            assert answer.status_code in {200, 201, 400, 404}, (method, path, answer.content)
        elif role == "customer" and who != "guest":
            assert answer.status_code == 200, (method, path, answer.content)
        elif role == "staff" and who == "technician":
            assert answer.status_code == 404, (method, path, answer.content)
        else:
            assert answer.status_code in REFUSALS[role], (method, path, answer.status_code, answer.content)
    assert seen == {"anyone", *REFUSALS}


def test_the_schema_comes_without_a_warning(shop: Shop, tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_every_operation_has_an_example_its_errors_and_a_role() -> None:
    for method, path, described in operations():
        label = f"{method} {path}"
        assert described["summary"] and described["x-roles"], label
        responses = described["responses"]
        assert {"406", "500"} <= set(responses), label
        for status, response in responses.items():
            for kind, content in response.get("content", {}).items():
                assert content.get("examples") or status == "204" or kind in FILES, (label, status)
                assert (kind == "application/problem+json") == (int(status) >= 400), (label, status)
        if "requestBody" in described:
            assert all(content["examples"] for content in described["requestBody"]["content"].values()), label


def test_the_documentation_needs_no_other_host(shop: Shop) -> None:
    page = Client().get("/api/docs/").content.decode()
    assert "swagger-ui" in page
    assert "https://" not in page.replace("https://shop.example.com", "")


def test_wagtails_page_api_is_there_in_both_versions(shop: Shop) -> None:
    assert Client().get("/api/cms/v2/pages/").status_code == 200
    assert Client().get("/api/cms/v3/pages/").status_code == 200
