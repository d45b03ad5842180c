"""The stand-ins are as strict as what they stand for: a green test against them means something."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from shop.payments.base import CaptureAsk, RefundAsk
from tests.shop.payments.contract import ASK
from tests.shop.payments.test_paypal import asked, paypal_at
from tests.shop.payments.test_stripe import stripe_at
from tests.standins import contracts
from tests.standins.post import stripe_signature
from tests.standins.server import STRIPE_SECRET, StandIns
from tests.standins.wire import Request, Response, listen

KEY = {"Authorization": "Bearer sk_test_standin"}
described = pytest.mark.skipif(contracts.description("stripe") is None, reason="the descriptions are not at hand")


@pytest.fixture
def standins() -> Iterator[StandIns]:
    with StandIns() as it:
        yield it


def post(standins: StandIns, path: str, form: dict[str, str], **headers: str) -> requests.Response:
    return requests.post(standins.address + path, form, headers={**KEY, **headers}, timeout=5)


INTENT = {"amount": "500", "currency": "gbp"}


class TestIdempotency:
    def test_the_same_key_and_words_give_the_same_answer_and_one_payment(self, standins: StandIns) -> None:
        answers = [post(standins, "/v1/payment_intents", INTENT, **{"Idempotency-Key": "k"}) for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        assert answers[1].headers["Idempotent-Replayed"] == "true"
        assert len(standins.books.table("intents")) == 1

    def test_the_same_key_and_other_words_are_an_error(self, standins: StandIns) -> None:
        post(standins, "/v1/payment_intents", INTENT, **{"Idempotency-Key": "k"})
        other = post(standins, "/v1/payment_intents", {**INTENT, "amount": "501"}, **{"Idempotency-Key": "k"})
        assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")

    def test_without_a_key_each_call_makes_a_payment(self, standins: StandIns) -> None:
        for _ in range(2):
            post(standins, "/v1/payment_intents", INTENT)
        assert len(standins.books.table("intents")) == 2

    @pytest.mark.parametrize(("make", "table"), [(stripe_at, "intents"), (paypal_at, "orders")])
    def test_eight_at_once_with_one_key_make_one_payment(self, standins: StandIns, make: Any, table: str) -> None:
        provider = make(standins, sleep=lambda seconds: time.sleep(seconds / 20))
        with ThreadPoolExecutor(8) as threads:
            names = {one.provider_id for one in threads.map(provider.start, [ASK] * 8)}
        assert names == set(standins.books.table(table)) and len(names) == 1
        assert asked(standins, "POST /v1/oauth2/token") <= 1, "one token serves all threads"


class TestDescriptions:
    @described
    @pytest.mark.parametrize(
        ("form", "said"),
        [
            ({**INTENT, "reference": "P-1"}, "reference"),
            ({**INTENT, "amount": "5.00"}, "5.00"),
            ({"amount": "500"}, "currency"),
            ({**INTENT, "capture_method": "perhaps"}, "perhaps"),
            ({**INTENT, "automatic_payment_methods[on]": "true"}, "on"),
        ],
    )
    def test_a_call_that_stripe_would_not_know_is_noticed(self, form: dict[str, str], said: str) -> None:
        request = Request("POST", "/v1/payment_intents", [], {}, urlencode(form).encode(), "")
        [fault] = contracts.faults("stripe", request)
        assert said in fault

    @described
    def test_a_call_of_ours_that_is_not_known_is_kept_for_the_test_to_see(self, standins: StandIns) -> None:
        post(standins, "/v1/payment_intents", {**INTENT, "reference": "P-1"})
        assert standins.violations == ["POST /v1/payment_intents: form does not know reference"]

    @described
    def test_a_call_that_paypal_would_not_know_is_noticed(self, standins: StandIns) -> None:
        unit = {"amount": {"currency_code": "GBP", "value": "1,00"}, "reference": "P-1"}
        body = json.dumps({"intent": "TAKE", "purchase_units": [unit]}).encode()
        headers = {"content-type": "application/json", "paypal-request-id": "k" * 109}
        found = contracts.faults("paypal", Request("POST", "/v2/checkout/orders", [], headers, body, ""))
        for said in ("TAKE", "1,00", "does not know reference", "PayPal-Request-Id"):
            assert any(said in fault for fault in found), said

    def test_an_address_that_is_not_served_is_noticed(self, standins: StandIns) -> None:
        assert requests.get(f"{standins.address}/v1/secrets", headers=KEY, timeout=5).status_code == 404
        assert standins.violations == ["GET /v1/secrets is not served here"]

    @described
    @pytest.mark.parametrize(
        ("provider", "path", "table"),
        [
            ("stripe", "/v1/payment_intents/{intent}", "intents"),
            ("stripe", "/v1/checkout/sessions/{session}", "sessions"),
            ("stripe", "/v1/refunds/{refund}", "refunds"),
            ("stripe", "/v1/charges/{charge}", "charges"),
            ("stripe", "/v1/disputes/{dispute}", "disputes"),
        ],
    )
    def test_answers_have_no_field_that_the_real_ones_have_not(
        self, standins: StandIns, provider: str, path: str, table: str
    ) -> None:
        shop = stripe_at(standins)
        name = shop.start(replace(ASK, hosted=True)).provider_id
        standins.do("stripe/pay", payment=name)
        standins.do("stripe/refund", payment=name, minor=1)
        standins.do("stripe/dispute", payment=name, minor=1)
        [row] = standins.books.table(table).values()
        assert set(row) <= set(contracts.example(provider, "GET", path))


def test_a_wrong_key_opens_nothing(standins: StandIns) -> None:
    for key in ("", "Bearer pk_test_standin", "Bearer sk_test_wrong"):
        answer = requests.get(f"{standins.address}/v1/balance", headers={"Authorization": key}, timeout=5)
        assert answer.status_code == 401


def test_the_sums_of_an_account_are_what_moved(standins: StandIns) -> None:
    stripe, paypal = stripe_at(standins), paypal_at(standins)
    name = stripe.start(ASK).provider_id
    standins.do("stripe/pay", payment=name)
    stripe.refund(RefundAsk(name, ASK.reference, "back-1", ASK.amount, "GBP"))
    balance = stripe.calls.v1.balance_transactions.list().data
    assert sum(row.amount for row in balance) == 0 and sum(row.fee for row in balance) == 721
    order = paypal.start(ASK).provider_id
    standins.do("paypal/approve", order=order)
    paypal.capture(CaptureAsk(order, ASK.reference, "take-1", ASK.amount, "GBP"))
    found = paypal.calls.ask("GET", "/v1/reporting/transactions")["transaction_details"]
    assert [row["transaction_info"]["transaction_amount"]["value"] for row in found] == ["467.98"]
    totals = requests.get(f"{standins.address}/_control/totals", timeout=5).json()
    assert totals["stripe"]["|gbp"] == {"charge": 46798, "refund": -46798, "fees": 721}
    assert totals["paypal"]["MENDWELLSHOP1|GBP"] == {"captures": "467.98"}


class TestPost:
    @pytest.fixture
    def heard(self) -> Iterator[tuple[str, list[Request], list[int]]]:
        """A shop that listens, and answers with the statuses it is given, then 200."""
        calls: list[Request] = []
        statuses: list[int] = []

        def serve(request: Request) -> Response:
            calls.append(request)
            return Response(statuses.pop(0) if statuses else 200)

        server = listen(serve)
        yield f"http://127.0.0.1:{server.server_port}/{{provider}}/", calls, statuses
        server.shutdown()
        server.server_close()

    def until(self, calls: list[Request], many: int) -> list[str]:
        ready = threading.Event()
        for _ in range(200):
            if len(calls) >= many:
                break
            ready.wait(0.02)
        return [json.loads(call.body)["type"] for call in calls]

    def served(self, url: str, mode: str) -> StandIns:
        it = StandIns(webhook=url)
        it.post.mode, it.post.delay = mode, 60.0
        return it

    def pay(self, it: StandIns) -> None:
        name = stripe_at(it).start(ASK).provider_id
        it.do("stripe/pay", payment=name)

    def test_a_letter_is_signed_as_stripe_signs(self, heard: Any) -> None:
        url, calls, _ = heard
        with self.served(url, "once") as it:
            self.pay(it)
            assert sorted(self.until(calls, 2)) == ["charge.succeeded", "payment_intent.succeeded"]
        header = dict(part.split("=", 1) for part in calls[0].headers["stripe-signature"].split(","))
        assert header["v1"] == stripe_signature(calls[0].body, int(header["t"]), STRIPE_SECRET)
        assert calls[0].path == "/stripe/"

    def test_twice_is_twice(self, heard: Any) -> None:
        url, calls, _ = heard
        with self.served(url, "twice") as it:
            self.pay(it)
            assert sorted(self.until(calls, 4)) == ["charge.succeeded"] * 2 + ["payment_intent.succeeded"] * 2

    def test_never_is_never(self, heard: Any) -> None:
        url, calls, _ = heard
        with self.served(url, "never") as it:
            self.pay(it)
            it.post.release()
        assert calls == [] and len(it.events("stripe")) == 2

    @pytest.mark.parametrize(
        ("mode", "order"),
        [
            ("late", ["payment_intent.succeeded", "charge.succeeded"]),
            ("reversed", ["charge.succeeded", "payment_intent.succeeded"]),
        ],
    )
    def test_late_and_reversed_wait_until_they_are_let_go(self, heard: Any, mode: str, order: list[str]) -> None:
        url, calls, _ = heard
        with self.served(url, mode) as it:
            self.pay(it)
            assert calls == []
            requests.post(f"{it.address}/_control/post", json={"mode": mode, "release": True}, timeout=5)
            assert [json.loads(call.body)["type"] for call in calls] == order

    def test_a_letter_that_is_not_taken_is_sent_again(self, heard: Any) -> None:
        url, calls, statuses = heard
        statuses += [500]
        with self.served(url, "late") as it:
            it.post.pause = 0.0
            it.paypal.tell("PAYMENT.CAPTURE.PENDING", "capture", {"id": "x"})
            it.post.release()
        assert it.post.answers == [500, 200] and calls[0].body == calls[1].body


def test_the_books_survive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "books.json"
    with StandIns(file=str(file)) as first:
        name = stripe_at(first).start(ASK).provider_id
        first.do("stripe/pay", payment=name)
    with StandIns(file=str(file)) as second:
        report = stripe_at(second).look_up(name)
        assert report and report.kind == "succeeded"
        assert stripe_at(second).start(ASK).provider_id == name, "keys are kept too"


def test_it_runs_by_itself_and_is_told_what_to_do_over_http() -> None:
    command = [sys.executable, "-m", "tests.standins", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own interpreter
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split()[2].rstrip(".")
        requests.post(f"{address}/_control/faults", json={"kind": "500", "route": ".*balance"}, timeout=5)
        statuses = [requests.get(f"{address}/v1/balance", headers=KEY, timeout=5).status_code for _ in range(2)]
        assert statuses == [500, 200]
    finally:
        process.terminate()
        assert process.wait(10) == 0
