"""`manage.py check_provider` tells an operator what is wrong before a customer finds it, and never shows a key."""

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from notifications.breaker import MISSES, Breaker
from shop.models import PaymentEvent, SiteShop
from shop.payments import checking, paypal_check, stripe_check
from shop.payments.base import CheckAsk, Finding
from tests.shop.payments.test_paypal import paypal_at
from tests.shop.payments.test_stripe import stripe_at
from tests.standins.endpoints import paypal_webhook, stripe_endpoint
from tests.standins.faults import Fault
from tests.standins.server import STRIPE_SECRET, WEBHOOK_ID, StandIns

KEY = "sk_test_standin_of_some_length_7788"
URLS = {name: f"http://testserver/payments/{name}/webhook/" for name in ("stripe", "paypal")}


@pytest.fixture
def well(standins: StandIns) -> StandIns:
    """Both providers know where our news go, and send all that we understand."""
    events = sorted(stripe_check.EVENTS)
    standins.books.table("stripe_endpoints")["we_1"] = stripe_endpoint(URLS["stripe"], enabled_events=events)
    hook = paypal_webhook(URLS["paypal"], sorted(paypal_check.EVENTS), name=WEBHOOK_ID)
    standins.books.table("paypal_webhooks")[WEBHOOK_ID] = hook
    return standins


def told(
    standins: StandIns, name: str, *, at: datetime | None = None, currencies: Any = ("GBP",), **changed: Any
) -> list[Finding]:
    provider = stripe_at(standins, **changed) if name == "stripe" else paypal_at(standins, **changed)
    ask = CheckAsk(webhook_url=URLS[name], currencies=list(currencies), at=at or timezone.now())
    return list(provider.check(ask))


def wrong(findings: list[Finding], level: str = "error") -> list[str]:
    return [f"{one.text} {one.what_to_do}" for one in findings if one.level == level]


@pytest.mark.parametrize("name", ["stripe", "paypal"])
def test_with_all_right_nothing_is_wrong(well: StandIns, name: str) -> None:
    found = told(well, name)
    assert wrong(found) == []
    assert [one for one in wrong(found, "warning") if "usual address" not in one] == []
    assert any(f"to {URLS[name]}" in one.text for one in found)


@pytest.mark.parametrize("name", ["stripe", "paypal"])
@pytest.mark.parametrize(
    ("seconds", "level"), [(0, "ok"), (55, "ok"), (-90, "warning"), (90, "warning"), (400, "error")]
)
def test_a_clock_that_is_off_is_told_with_what_follows(well: StandIns, name: str, seconds: int, level: str) -> None:
    found = told(well, name, at=timezone.now() + timedelta(seconds=seconds))
    [clock] = [one for one in found if "clock" in one.text]
    assert clock.level == level
    assert level == "ok" or "NTP" in clock.what_to_do


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("stripe", {"secret_key": "sk_wrong_of_some_length_7788"}, "does not accept STRIPE_SECRET_KEY (…7788)"),
        ("paypal", {"client_secret": "wrong"}, "does not accept PAYPAL_CLIENT_ID"),
        ("paypal", {"webhook_id": "SOMEBODY-ELSES"}, "PayPal knows no webhook SOMEBODY-ELSES"),
        ("stripe", {"webhook_secrets": [""]}, "STRIPE_WEBHOOK_SECRETS holds no secret"),
        ("stripe", {"publishable_key": "pk_live_x"}, "of two modes"),
        ("stripe", {"secret_key": "sk_live_x", "publishable_key": "pk_live_x", "script_url": "https://x.example/"},
         "js.stripe.com"),
    ],
)  # fmt: skip
def test_a_key_that_is_not_right_is_told(well: StandIns, name: str, changed: Any, said: str) -> None:
    assert [one for one in wrong(told(well, name, **changed)) if said in one]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"url": "https://old.example/hook"}, "No endpoint sends to http://testserver/payments/stripe/webhook/"),
        ({"status": "disabled"}, "is switched off"),
        ({"enabled_events": ["payment_intent.succeeded"]}, "These events are not sent to us: charge.dispute.closed"),
    ],
)
def test_an_endpoint_of_stripes_that_is_not_right_is_told(well: StandIns, row: Any, said: str) -> None:
    well.books.table("stripe_endpoints")["we_1"].update(row)
    assert [one for one in wrong(told(well, "stripe")) if said in one]


def test_no_endpoint_at_all_is_told(standins: StandIns) -> None:
    assert [one for one in wrong(told(standins, "stripe")) if "No endpoint" in one and "docs/payments.md" in one]


def test_two_endpoints_on_one_address_and_another_version_are_worth_a_look(well: StandIns) -> None:
    again = stripe_endpoint(URLS["stripe"], id="we_2", api_version="2015-01-01")
    well.books.table("stripe_endpoints")["we_2"] = again
    found = wrong(told(well, "stripe"), "warning")
    assert [one for one in found if "all comes twice" in one] and [one for one in found if "2015-01-01" in one]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"url": "https://old.example/hook"}, "sends to https://old.example/hook, not to"),
        ({"event_types": [{"name": "CHECKOUT.ORDER.APPROVED"}]}, "not sent to us: CHECKOUT.PAYMENT-APPROVAL.REVERSED"),
        ({"event_types": None}, "not sent to us"),
        ({"event_types": [{"name": "*", "status": "DISABLED"}]}, "not sent to us"),
    ],
)
def test_a_webhook_of_paypals_that_is_not_right_is_told(well: StandIns, row: Any, said: str) -> None:
    well.books.table("paypal_webhooks")[WEBHOOK_ID].update(row)
    assert [one for one in wrong(told(well, "paypal")) if said in one]


@pytest.mark.parametrize("name", ["stripe", "paypal"])
@pytest.mark.parametrize("kind", ["500", "reset", "half"])
def test_a_provider_that_is_down_is_told_and_is_no_crash(well: StandIns, name: str, kind: str) -> None:
    well.faults.add(Fault(kind, times=99))
    [said] = [one for one in wrong(told(well, name)) if "does not answer" in one]
    assert "status" in said


@pytest.mark.parametrize("name", ["stripe", "paypal"])
def test_a_currency_that_cannot_be_taken_is_told(well: StandIns, name: str) -> None:
    [said] = wrong(told(well, name, currencies=["GBP", "XOF", "EUR"]))
    assert "cannot take XOF." in said


def test_an_account_that_may_not_take_payments_is_told(well: StandIns) -> None:
    well.books.table("switches")["account"] = {"charges_enabled": False}
    assert [one for one in wrong(told(well, "stripe")) if "may not take payments yet" in one]


@pytest.mark.parametrize("name", ["stripe", "paypal"])
def test_a_key_that_may_not_read_something_is_worth_a_look_and_no_fault(well: StandIns, name: str) -> None:
    well.books.table("switches")["forbidden"] = [".*"]
    found = told(well, name)
    assert wrong(found) == []
    assert [one for one in wrong(found, "warning") if "may not read" in one]


@pytest.mark.parametrize("timeout", [0.5])
@pytest.mark.parametrize("name", ["stripe", "paypal"])
def test_a_time_out_that_is_too_short_is_told(well: StandIns, name: str, timeout: float) -> None:
    found = wrong(told(well, name, timeout=timeout), "warning")
    assert [one for one in found if "One try may take" in one]


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def installed(well: StandIns, shop: Any, settings: Any) -> StandIns:
    options = {
        "stripe": {
            "secret_key": KEY,
            "publishable_key": "pk_test_standin_of_some_length_5566",
            "webhook_secrets": [STRIPE_SECRET],
            "api_base": well.address,
        },
        "paypal": {
            "client_id": "paypal-client-9911",
            "client_secret": "a-client-secret-2233",
            "webhook_id": WEBHOOK_ID,
            "api_base": well.address,
        },
        "demo": {"secret": "demo-webhook-secret", "origin": "http://testserver"},
        "in_store": {},
    }
    backends = {
        "stripe": "shop.payments.stripe.Stripe",
        "paypal": "shop.payments.paypal.PayPal",
        "demo": "shop.payments.demo.Demo",
        "in_store": "shop.payments.in_store.InStore",
    }
    settings.PAYMENT_PROVIDERS = {
        name: {"BACKEND": backends[name], "OPTIONS": given} for name, given in options.items()
    }
    return well


def run(*args: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("check_provider", *args, stdout=out, no_color=True)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_all_of_them_are_told_line_by_line_and_the_end_is_good(installed: StandIns) -> None:
    code, said = run()
    assert code == 0
    for name in ("stripe", "paypal", "demo", "in_store"):
        assert f"\n{name}\n" in said
    assert "No news have arrived yet." in said and "WRONG" not in said


def test_what_is_wrong_ends_with_1_and_says_what_to_do(installed: StandIns) -> None:
    installed.books.table("stripe_endpoints")["we_1"]["status"] = "disabled"
    assert run("paypal")[0] == 0
    code, said = run("stripe")
    assert code == 1
    assert "WRONG  The endpoint http://testserver/payments/stripe/webhook/ is switched off." in said
    assert "Switch it on at the endpoint in Stripe's dashboard" in said


def test_no_key_is_ever_shown(installed: StandIns) -> None:
    for down in (False, True):
        if down:
            installed.faults.add(Fault("500", times=99))
        for how in ([], ["--json"]):
            said = run(*how)[1]
            secrets = (KEY, "pk_test_standin_of", STRIPE_SECRET, "client-secret", "paypal-client", "demo-webhook")
            assert [one for one in secrets if one in said] == []
            assert down or how or "app …9911" in said


def test_machines_get_the_same_as_json(installed: StandIns) -> None:
    rows = json.loads(run("in_store", "stripe", "--json")[1])
    assert list(rows) == ["in_store", "stripe"]
    assert set(rows["stripe"][0]) == {"level", "text", "what_to_do"}


def test_an_unknown_name_is_told_with_those_that_are_there(installed: StandIns) -> None:
    with pytest.raises(CommandError, match="has: stripe, paypal, demo, in_store"):
        run("acme")


def heard(*, minutes: int, state: str = "received", **more: Any) -> None:
    at = timezone.now() - timedelta(minutes=minutes)
    PaymentEvent.objects.create(
        provider="stripe", event_id=f"e{minutes}{state}", kind="succeeded", received_at=at, state=state, **more
    )


def test_news_that_nobody_judges_are_told(installed: StandIns) -> None:
    heard(minutes=3)
    assert run("stripe")[0] == 0
    heard(minutes=6)
    code, said = run("stripe")
    assert code == 1 and "1 of its messages wait for more than five minutes." in said
    assert "manage.py qcluster" in said


def test_the_last_news_and_odd_ones_are_told(installed: StandIns) -> None:
    heard(minutes=60, state="odd", applied_at=timezone.now())
    code, said = run("stripe")
    assert code == 0
    assert "The last news arrived on" in said and "1 of its messages fit nothing." in said


def test_a_provider_that_the_shop_leaves_alone_is_told(installed: StandIns) -> None:
    breaker = Breaker("stripe")
    for _ in range(MISSES):
        breaker.missed("timed out")
    [said] = [one.text for one in checking.check("stripe", at=timezone.now()) if "has not answered" in one.text]
    assert said.endswith("timed out")


def test_the_currencies_of_all_shops_are_asked_for(installed: StandIns) -> None:
    SiteShop.objects.update(more_currencies="XOF EUR")
    code, said = run("paypal")
    assert code == 1 and "PayPal cannot take XOF." in said


def test_looking_asks_for_nothing_and_changes_nothing(installed: StandIns) -> None:
    run()
    assert {one["call"].partition(" ")[0] for one in installed.calls if "oauth2" not in one["call"]} == {"GET"}
