"""What goes wrong between a shop and its providers, case by case, through the door that providers call.

Both providers, their own signing, real HTTP to the stand-ins. docs/payments.md has the table of the cases; races run in
tests/shop/test_inbox.py and test_refunds.py, signatures in all their forms in test_stripe_webhooks.py.
"""

import json
import time
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from notifications.models import Message
from shop.models import LedgerEntry, Payment, PaymentEvent
from shop.payments import ledger, providers, returning, starting, sweep
from shop.payments.base import CaptureAsk, Unavailable
from tests import queue
from tests.shop.payments.doors import doors_at
from tests.shop.payments.factories import make_order
from tests.standins.faults import Fault
from tests.standins.post import stripe_signature
from tests.standins.server import StandIns

pytestmark = pytest.mark.django_db
Event = dict[str, Any]
SUCCESS = {"stripe": "payment_intent.succeeded", "paypal": "PAYMENT.CAPTURE.COMPLETED"}
STARTS = {"stripe": "POST /v1/payment_intents", "paypal": "POST /v2/checkout/orders"}
ROWS = {"stripe": "intents", "paypal": "orders"}
SUM = Decimal("467.98")


class Case:
    """An order that waits for its money at one provider, and everything that can be said about it."""

    def __init__(self, standins: StandIns, shop: Any, name: str) -> None:
        self.standins, self.name = standins, name
        self.order = make_order(shop, pay_by=name)

    def start(self) -> Payment:
        started = starting.start(order=self.order, at=datetime.now(UTC), return_url="http://testserver/back/")
        return started.payment

    @property
    def payment(self) -> Payment:
        return Payment.objects.select_related("order").get()

    def pay(self) -> None:
        """The customer pays, and the money moves; nobody has told us of it yet."""
        payment = self.payment
        if self.name == "stripe":
            self.standins.do("stripe/pay", payment=payment.provider_id)
            return
        self.standins.do("paypal/approve", order=payment.provider_id)
        key = f"{payment.reference}-capture"
        providers.named("paypal").capture(
            CaptureAsk(str(payment.provider_id), payment.reference, key, payment.amount, payment.currency)
        )

    def events(self, kind: str = "") -> list[Event]:
        return self.standins.events(self.name, kind or SUCCESS[self.name])

    def send(self, event: Event, *, at: float | None = None, **headers: str) -> int:
        """Signed as the provider signs, delivered, and judged by the worker. Headers may be spoilt."""
        body, signed = self.standins.post.letter(self.name, event, at=at or time.time())
        return self.deliver(body, {**signed, **headers})

    def deliver(self, body: bytes, headers: dict[str, str]) -> int:
        kind = headers.pop("Content-Type")
        status = Client().post(f"/payments/{self.name}/webhook/", body, content_type=kind, headers=headers).status_code
        queue.work_off()
        return status

    def state(self) -> tuple[str, str]:
        payment = self.payment
        return payment.state, payment.order.status

    def back(self, amount: str) -> None:
        """Money given back by hand on the provider's site."""
        if self.name == "stripe":
            minor = int(Decimal(amount) * 100)
            self.standins.do("stripe/refund", payment=self.payment.provider_id, minor=minor)
        else:
            [capture] = self.standins.books.table("captures")
            self.standins.do("paypal/refund", capture=capture, value=amount)

    def dispute(self) -> str:
        if self.name == "stripe":
            return str(self.standins.do("stripe/dispute", payment=self.payment.provider_id, minor=46798)["id"])
        [capture] = self.standins.books.table("captures")
        return str(self.standins.do("paypal/dispute", capture=capture, value=str(SUM))["dispute_id"])


PAID = ("succeeded", "paid")
BACK = {"stripe": "refund.created", "paypal": "PAYMENT.CAPTURE.REFUNDED"}
OPENED = {"stripe": "charge.dispute.created", "paypal": "CUSTOMER.DISPUTE.CREATED"}
CLOSED = {"stripe": "charge.dispute.closed", "paypal": "CUSTOMER.DISPUTE.RESOLVED"}


def no_sleep(seconds: float) -> None:
    """A provider that stumbles is asked again at once."""


@pytest.fixture(params=["stripe", "paypal"])
def name(request: Any) -> str:
    return str(request.param)


@pytest.fixture
def case(standins: StandIns, shop: Any, settings: Any, name: str) -> Case:
    doors = doors_at(standins)
    for door in doors.values():
        door["OPTIONS"]["sleep"] = no_sleep
    settings.PAYMENT_PROVIDERS = {**doors, **settings.PAYMENT_PROVIDERS}
    return Case(standins, shop, name)


@pytest.fixture
def paid(case: Case) -> Case:
    """The customer has paid; our worker has heard of it."""
    case.start()
    case.pay()
    case.send(case.events()[-1])
    assert case.state() == PAID
    return case


# --- 21 to 26: heard twice, at once, too early, too late --------------------------------------------------------------


@pytest.mark.parametrize("first", ["webhook", "return"])
def test_21_return_and_webhook_are_one_settlement_and_one_mail(case: Case, first: str) -> None:
    reference = case.start().reference
    case.pay()
    ways: list[Callable[[], Any]] = [
        lambda: case.send(case.events()[-1]),
        lambda: returning.settle_return(payment_reference=reference, at=datetime.now(UTC)),
    ]
    for way in ways if first == "webhook" else ways[::-1]:
        way()
    queue.work_off()
    assert case.state() == PAID
    assert LedgerEntry.objects.filter(kind="paid").count() == 1
    assert Message.objects.filter(kind="payment.settled").count() == 1
    assert len(case.standins.books.table(ROWS[case.name])) == 1


def test_22_ten_times_and_through_two_endpoints_is_once_and_every_one_is_thanked_for(paid: Case) -> None:
    [event] = paid.events()
    other_endpoint = {**event, "id": f"{event['id']}2"}
    assert {paid.send(one) for one in [event, other_endpoint] * 5} == {200}
    assert paid.state() == PAID
    assert LedgerEntry.objects.filter(kind="paid").count() == 1
    assert PaymentEvent.objects.filter(kind="succeeded").count() == 1


def test_24_news_of_a_payment_that_is_not_written_yet_wait_for_it(case: Case) -> None:
    payment = case.start()
    case.pay()
    hidden = {"reference": "P-NOT-YET", "provider_id": "not-yet"}
    known = {"reference": payment.reference, "provider_id": payment.provider_id}
    Payment.objects.update(**hidden)
    assert case.send(case.events()[-1]) == 200
    assert PaymentEvent.objects.filter(kind="succeeded").values_list("state", flat=True).get() == "received"
    Payment.objects.update(**known)
    sweep.run(datetime.now(UTC) + timedelta(minutes=2))
    queue.work_off()
    assert case.state() == PAID


def test_24_news_that_nobody_ever_knows_are_shown_to_staff(case: Case) -> None:
    case.start()
    case.pay()
    Payment.objects.update(reference="P-NOBODY", provider_id="nobody")
    case.send(case.events()[-1])
    event = PaymentEvent.objects.get(kind="succeeded")
    for _ in range(5):
        ledger.apply(event.pk, at=datetime.now(UTC))
    event.refresh_from_db()
    assert (event.state, event.outcome) == ("odd", "We know no such payment.")


def test_25_a_start_whose_answer_is_lost_is_the_same_payment_the_next_time(case: Case) -> None:
    case.standins.faults.add(Fault("reset", STARTS[case.name], times=99, after=True))
    with pytest.raises(Unavailable):
        case.start()
    assert Payment.objects.values_list("state", flat=True).get() == "created"
    case.standins.faults.clear()
    assert case.start().provider_id in case.standins.books.table(ROWS[case.name])
    assert len(case.standins.books.table(ROWS[case.name])) == 1


def test_25_a_return_that_cannot_be_judged_yet_is_not_a_failure(case: Case) -> None:
    reference = case.start().reference
    case.pay()
    case.standins.faults.add(Fault("500", "GET .*", times=99))
    assert returning.settle_return(payment_reference=reference, at=datetime.now(UTC)).state == "pending"
    case.standins.faults.clear()
    assert returning.settle_return(payment_reference=reference, at=datetime.now(UTC)).state == "succeeded"


def late(event: Event, name: str, kind: str) -> Event:
    """An event about the same payment that says otherwise."""
    other = deepcopy(event)
    other["id"] = f"{event['id']}-late"
    if name == "stripe":
        status = {"failed": "requires_payment_method", "cancelled": "canceled"}[kind]
        other["type"] = {"failed": "payment_intent.payment_failed", "cancelled": "payment_intent.canceled"}[kind]
        other["data"]["object"].update(status=status, last_payment_error={"charge": "ch_early"})
    else:
        other["event_type"] = "PAYMENT.CAPTURE.DENIED"
        other["resource"]["status"] = "DENIED"
    return other


@pytest.mark.parametrize("kind", ["failed", "cancelled"])
def test_26_a_failure_that_comes_after_the_success_changes_nothing(paid: Case, kind: str) -> None:
    assert paid.send(late(paid.events()[-1], paid.name, kind)) == 200
    assert paid.state() == PAID
    event = PaymentEvent.objects.exclude(kind__in=["authorised", "succeeded"]).get()
    assert (event.state, event.outcome) == ("ignored", "The payment is paid already.")


def test_26_a_refund_that_overtakes_its_payment_waits_and_both_are_booked(case: Case) -> None:
    case.start()
    case.pay()
    case.back("10.00")
    assert case.send(case.events(BACK[case.name])[-1]) == 200
    assert PaymentEvent.objects.get(kind="refunded").state == "received", "money went back that nobody saw come"
    case.send(case.events()[-1])
    for event in PaymentEvent.objects.filter(state="received"):
        ledger.apply(event.pk, at=datetime.now(UTC))
    assert case.state()[1] == "part-refunded"
    assert [row.amount for row in LedgerEntry.objects.filter(kind="refunded")] == [Decimal("10.00")]


# --- 27, 28, 31: not theirs, or not what was asked --------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [330, -330, -4 * 86_400, 86_400])
def test_27_what_was_signed_long_ago_or_in_the_future_is_turned_away(case: Case, seconds: int) -> None:
    case.start()
    case.pay()
    kept = PaymentEvent.objects.count()
    status = case.send(case.events()[-1], at=time.time() + seconds)
    # PayPal sends what it signed again for three days.
    good = case.name == "paypal" and seconds == -330
    assert (status, PaymentEvent.objects.count()) == ((200, kept + 1) if good else (400, kept))


@pytest.mark.parametrize("how", ["body", "no signature", "forged", "encoded again", "other secret", "test scheme only"])
def test_27_what_was_changed_or_forged_is_turned_away_and_nothing_is_written(case: Case, how: str) -> None:
    case.start()
    case.pay()
    kept = PaymentEvent.objects.count()
    body, headers = case.standins.post.letter(case.name, case.events()[-1], at=time.time())
    signature = "Stripe-Signature" if case.name == "stripe" else "PayPal-Transmission-Sig"
    stamp = int(time.time())
    if how == "body":
        body = body.replace(b"GBP" if case.name == "paypal" else b"gbp", b"EUR")
    elif how == "no signature":
        headers.pop(signature)
    elif how == "encoded again":
        body = json.dumps(json.loads(body), indent=1).encode()
    elif case.name == "paypal":
        headers[signature] = "s" + "0" * 64
    elif how == "forged":
        headers[signature] = f"t={stamp},v1={'0' * 64}"
    elif how == "other secret":
        headers[signature] = f"t={stamp},v1={stripe_signature(body, stamp, 'whsec_other')}"
    else:
        headers[signature] = f"t={stamp},v0={'0' * 64}"
    assert case.deliver(body, headers) == 400
    assert PaymentEvent.objects.count() == kept
    assert case.payment.order.status == "awaiting-payment"


WRONG = {
    "sum": ({"amount_received": 46797}, {"amount": {"currency_code": "GBP", "value": "467.97"}}),
    "currency": ({"currency": "eur"}, {"amount": {"currency_code": "EUR", "value": "467.98"}}),
    "reference": ({"metadata": {"reference": "P-OTHER"}}, {"custom_id": "P-OTHER", "invoice_id": "P-OTHER"}),
}


@pytest.mark.parametrize("what", [*WRONG, "mode", "account"])
def test_28_money_that_is_not_what_was_asked_does_not_pay_and_staff_see_it(case: Case, what: str) -> None:
    case.start()
    case.pay()
    event = deepcopy(case.events()[-1])
    thing = event["data"]["object"] if case.name == "stripe" else event["resource"]
    if what in WRONG:
        thing.update(WRONG[what][case.name == "paypal"])
    elif case.name == "stripe":
        event.update({"livemode": True} if what == "mode" else {"account": "acct_other"})
    elif what == "mode":
        Payment.objects.update(live=True)  # PayPal's events do not say: the address that we ask does
    else:
        thing["payee"] = {"merchant_id": "SOMEBODYELSE"}
    assert case.send(event) == 200
    told = PaymentEvent.objects.get(kind="succeeded")
    assert told.state == "odd" and told.outcome
    assert case.payment.order.status != "paid"


@pytest.mark.parametrize("name", ["paypal"])
def test_31_what_the_provider_cannot_vouch_for_now_is_sent_again(case: Case) -> None:
    case.start()
    case.pay()
    kept = PaymentEvent.objects.count()
    for fault in ("500", "reset", "half"):
        case.standins.faults.add(Fault(fault, "POST /v1/notifications/.*"))
        assert case.send(case.events()[-1]) == 503
    assert PaymentEvent.objects.count() == kept
    assert [case.send(case.events()[-1]) for _ in range(2)] == [200, 200], "the same transmission twice"
    assert case.state() == PAID


@pytest.mark.parametrize("name", ["paypal"])
@pytest.mark.parametrize(
    "address",
    ["https://evil.example/cert.pem", "https://api.paypal.com.evil.example/c", "http://169.254.169.254/latest"],
)
def test_31_a_certificate_elsewhere_is_never_fetched(case: Case, address: str) -> None:
    case.start()
    case.pay()
    asked = len(case.standins.calls)
    spoilt = {"PayPal-Cert-Url": address}
    assert case.send(case.events()[-1], **spoilt) == 400
    assert len(case.standins.calls) == asked


# --- 33: what is done at the provider ---------------------------------------------------------------------------------


def test_33_a_refund_made_at_the_provider_shows_on_the_order(paid: Case) -> None:
    paid.back("100.00")
    assert paid.send(paid.events(BACK[paid.name])[-1]) == 200
    assert paid.state()[1] == "part-refunded"
    assert paid.payment.returned == Decimal("100.00")


@pytest.mark.parametrize(("outcome", "state"), [("won", "succeeded"), ("lost", "lost")])
def test_33_a_dispute_freezes_the_payment_until_it_is_won_or_lost(paid: Case, outcome: str, state: str) -> None:
    dispute = paid.dispute()
    assert paid.send(paid.events(OPENED[paid.name])[-1]) == 200
    assert paid.payment.state == "disputed"
    assert PaymentEvent.objects.get(kind="dispute_opened").state == "odd", "staff must answer the bank"
    paid.standins.do(f"{paid.name}/close-dispute", dispute=dispute, outcome=outcome)
    assert paid.send(paid.events(CLOSED[paid.name])[-1]) == 200
    assert paid.payment.state == state


# --- 35b: a provider that is slow or away -----------------------------------------------------------------------------


def test_35b_with_the_provider_away_the_page_answers_and_another_try_takes_the_money_once(case: Case) -> None:
    case.standins.faults.add(Fault("429", STARTS[case.name], times=99))
    for _ in range(4):
        with pytest.raises(Unavailable):
            case.start()
    assert (case.payment.state, case.payment.order.status) == ("created", "awaiting-payment")
    assert case.standins.books.table(ROWS[case.name]) == {}


@pytest.mark.parametrize("again", [1, 2])
def test_35b_a_provider_that_let_one_test_down_is_asked_anew_in_the_next(case: Case, again: int) -> None:
    case.standins.faults.add(Fault("429", STARTS[case.name], times=12))
    for _ in range(3):
        with pytest.raises(Unavailable):
            case.start()
    case.standins.faults.clear()
    with pytest.raises(Unavailable, match="Nothing was taken"):
        case.start()
    assert case.standins.books.table(ROWS[case.name]) == {}
