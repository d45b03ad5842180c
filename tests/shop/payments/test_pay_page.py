"""The pay page, state by state: what it says, what it offers, and whose script it lets in."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications.models import Message
from shop.models import OrderVisit, Payment
from shop.payments import returning, starting, switching
from shop.payments.paypal import PayPal
from shop.payments.stripe import Stripe
from tests import queue
from tests.shop.payments.doors import doors_at
from tests.shop.payments.factories import make_order
from tests.standins.faults import Fault
from tests.standins.server import StandIns

pytestmark = pytest.mark.django_db
LOOK_UP = "GET /v1/payment_intents/.*"
THANKS = "/checkout/thank-you/"


@pytest.fixture
def bank(standins: StandIns, settings: Any) -> StandIns:
    settings.PAYMENT_PROVIDERS = {**doors_at(standins), **settings.PAYMENT_PROVIDERS}
    return standins


@pytest.fixture
def order(bank: StandIns, shop: Any) -> Any:
    return make_order(shop, pay_by="stripe")


def visitor(order: Any, client: Client | None = None) -> Client:
    """The browser in which the order was placed."""
    browser = client or Client()
    session = browser.session
    session["checkout_order_id"] = order.pk
    session.save()
    return browser


def page_of(order: Any) -> str:
    return reverse("checkout:pay", args=[order.number])


def look(browser: Client, order: Any, state: str) -> str:
    """The page's words, after checking its state."""
    answer = browser.get(page_of(order))
    assert answer.status_code == 200, answer.headers
    assert answer.context["state"] == state
    return " ".join(answer.content.decode().split())


def test_the_first_visit_shows_the_card_form_and_the_next_ones_the_same(order: Any, bank: StandIns) -> None:
    browser = visitor(order)
    first, second = look(browser, order, "here"), look(browser, order, "here")
    [intent] = bank.books.table("intents").values()
    assert f'data-secret="{intent["client_secret"]}"' in first and f'data-secret="{intent["client_secret"]}"' in second
    assert len([call for call in bank.calls if call["call"].startswith("POST")]) == 1
    assert (intent["amount"], intent["metadata"]["reference"]) == (46798, Payment.objects.get().reference)


def test_stripes_script_is_named_and_let_in_on_this_page_with_its_own_payment_only(order: Any, bank: StandIns) -> None:
    browser = visitor(order)
    theirs = f"{bank.address}/v3/"

    def policy(answer: Any) -> str:
        return re.search(r"script-src[^;]*", answer.headers["Content-Security-Policy"])[0]  # type: ignore[index]

    shown = browser.get(page_of(order))
    assert theirs in shown.content.decode() and bank.address in policy(shown)
    Payment.objects.update(state="failed")
    for path in (page_of(order), THANKS, "/", reverse("basket:summary")):
        answer = browser.get(path)
        assert theirs not in answer.content.decode() and bank.address not in policy(answer), path


def test_no_script_of_anybody_else_is_on_the_page_and_nobody_keeps_it(order: Any) -> None:
    answer = visitor(order).get(page_of(order))
    assert all(src.startswith("/") for src in re.findall(r'<script[^>]* src="([^"]*)"', answer.content.decode()))
    assert "no-store" in answer.headers["Cache-Control"]


def test_without_script_one_press_leads_to_stripes_own_page_and_the_first_intent_is_closed(
    order: Any, bank: StandIns
) -> None:
    browser = visitor(order)
    assert 'name="hosted" value="1"' in look(browser, order, "here")
    away = browser.post(page_of(order), {"hosted": "1"})
    assert away.headers["Location"].startswith(f"{bank.address}/pay/c/")
    [session] = bank.books.table("sessions").values()
    assert session["cancel_url"].endswith(page_of(order))
    queue.work_off()
    assert [row["status"] for row in bank.books.table("intents").values()] == ["canceled"]
    assert 'name="hosted" value="1"' in look(browser, order, "away")  # and going on leads to the same page
    assert browser.post(page_of(order), {"hosted": "1"}).headers["Location"] == away.headers["Location"]
    assert Payment.objects.count() == 2


def test_what_is_due_now_and_what_later_is_said(order: Any) -> None:
    OrderVisit.objects.update(due_now=Decimal("117.00"), capture="later")
    words = look(visitor(order), order, "here")
    assert "£117.00 now books your visit; £350.98 is left to pay" in words
    assert "Your bank only keeps the deposit" in words
    assert "Pay £117.00" in words


def test_the_rest_is_asked_for_after_the_deposit(order: Any, bank: StandIns) -> None:
    OrderVisit.objects.update(due_now=Decimal("117.00"))
    browser = visitor(order)
    look(browser, order, "here")
    payment = Payment.objects.get()
    bank.do("stripe/pay", payment=payment.provider_id)
    assert browser.get(reverse("checkout:return", args=[payment.reference])).headers["Location"] == THANKS
    words = look(browser, order, "ready")
    assert "Pay £350.98 now" in words and "£117.00" in words
    assert browser.post(page_of(order)).headers["Location"] == page_of(order)
    assert "Pay £350.98" in look(browser, order, "here")


def test_a_declined_payment_says_why_and_is_tried_again_on_one_press(order: Any, bank: StandIns) -> None:
    browser = visitor(order)
    look(browser, order, "here")
    Payment.objects.update(state="failed", detail="Your card has <b>no</b> money left.")
    words = look(browser, order, "failed")
    assert "Your card has &lt;b&gt;no&lt;/b&gt; money left." in words
    browser.post(page_of(order))
    look(browser, order, "here")
    queue.work_off()
    # The window with the declined card might still be open: its payment cannot be paid beside the new one.
    assert [row["status"] for row in bank.books.table("intents").values()] == ["canceled", "requires_payment_method"]
    assert [row.state for row in Payment.objects.all()] == ["failed", "pending"]


def test_a_good_card_after_a_bad_one_counts_although_we_heard_of_the_bad_one_first(order: Any, bank: StandIns) -> None:
    browser = visitor(order)
    look(browser, order, "here")
    payment = Payment.objects.get()
    bank.do("stripe/pay", payment=payment.provider_id, card="4000000000000002")
    assert returning.settle_return(payment_reference=payment.reference, at=timezone.now()).state == "failed"
    bank.do("stripe/pay", payment=payment.provider_id)
    assert browser.get(reverse("checkout:return", args=[payment.reference])).headers["Location"] == THANKS
    order.refresh_from_db()
    assert order.status == "paid"


def back_too_early(browser: Client, order: Any, bank: StandIns) -> Payment:
    """The customer has paid and is back, and the bank does not say so yet."""
    look(browser, order, "here")
    payment = Payment.objects.get()
    bank.do("stripe/pay", payment=payment.provider_id)
    bank.faults.add(Fault("refuse", LOOK_UP, times=99))
    back = browser.get(reverse("checkout:return", args=[payment.reference]))
    assert back.headers["Location"] == page_of(order)
    return payment


def test_while_the_bank_is_silent_the_page_waits_and_offers_no_second_payment(order: Any, bank: StandIns) -> None:
    browser = visitor(order)
    back_too_early(browser, order, bank)
    words = look(browser, order, "confirming")
    assert "did not go through" not in words and "pay-way" not in words and "data-pay-element" not in words
    assert "Look again" in words and "http-equiv" not in words  # by hand without script: nothing reloads by itself
    state = reverse("checkout:pay-state", args=[order.number])
    assert browser.get(state).json() == {"state": "confirming", "next": None}
    # Going back to paying is the same payment.
    assert browser.post(page_of(order)).headers["Location"] == page_of(order)
    look(browser, order, "here")
    assert Payment.objects.count() == 1


def test_the_waiting_page_goes_on_as_soon_as_the_bank_has_spoken(order: Any, bank: StandIns) -> None:
    browser = visitor(order)
    back_too_early(browser, order, bank)
    bank.faults.clear()
    state = browser.get(reverse("checkout:pay-state", args=[order.number]))
    assert state.json() == {"state": "paid", "next": THANKS}
    assert "no-store" in state.headers["Cache-Control"]
    assert browser.get(page_of(order)).headers["Location"] == THANKS
    assert Message.objects.filter(kind="payment.settled").count() == 1


def test_a_bank_that_takes_long_is_said_to_and_another_way_is_offered_with_a_warning(
    order: Any, bank: StandIns
) -> None:
    browser = visitor(order)
    payment = back_too_early(browser, order, bank)
    session = browser.session
    session["came_back"] = [payment.reference, (timezone.now() - timedelta(minutes=11)).isoformat()]
    session.save()
    words = look(browser, order, "waiting")
    assert "we give one of the two back" in words and "Pay with PayPal now" in words


def test_a_bank_is_asked_by_many_windows_as_often_as_by_one(order: Any, bank: StandIns) -> None:
    browser = visitor(order)
    back_too_early(browser, order, bank)
    before = len(bank.calls)
    for _ in range(5):
        browser.get(reverse("checkout:pay-state", args=[order.number]))
    assert len(bank.calls) - before <= 1


@pytest.mark.parametrize("state", ["late", "mismatch"])
def test_odd_money_asks_for_no_more(order: Any, state: str) -> None:
    browser = visitor(order)
    look(browser, order, "here")
    Payment.objects.update(state=state)
    words = look(browser, order, "odd")
    assert "Do not pay again" in words
    assert "<form" not in words.split("<main")[1].split("</main>")[0]


def test_money_that_is_promised_or_paid_is_thanked_for(order: Any) -> None:
    browser = visitor(order)
    look(browser, order, "here")
    Payment.objects.update(state="authorised")
    assert browser.get(page_of(order)).headers["Location"] == THANKS
    Payment.objects.update(state="succeeded")
    type(order).objects.update(status="paid")
    assert browser.get(page_of(order)).headers["Location"] == THANKS
    assert browser.post(page_of(order)).headers["Location"] == THANKS  # a form of a page from before
    assert Payment.objects.count() == 1


def test_a_released_order_asks_for_nothing(order: Any) -> None:
    type(order).objects.update(status="released")
    words = look(visitor(order), order, "gone")
    assert "Book again" in words and "<form" not in words.split("<main")[1].split("</main>")[0]


def test_an_order_that_was_cancelled_is_not_said_to_have_come_too_late(order: Any) -> None:
    type(order).objects.update(status="cancelled")
    words = look(visitor(order), order, "gone")
    assert "This booking was cancelled" in words and "in time" not in words


def test_a_provider_that_is_away_loses_nothing_and_another_way_is_one_press(order: Any, bank: StandIns) -> None:
    bank.faults.add(Fault("refuse", "POST /v1/payment_intents", times=1))
    browser = visitor(order)
    assert "Told to fail" in look(browser, order, "failed")
    away = browser.post(page_of(order), {"way": "paypal"})
    assert away.headers["Location"].startswith(f"{bank.address}/checkoutnow")
    assert OrderVisit.objects.get().pay_by == "paypal"


def test_another_way_closes_what_was_open_and_says_so(order: Any, bank: StandIns) -> None:
    browser = visitor(order)
    look(browser, order, "here")
    browser.post(page_of(order), {"way": "paypal"})
    queue.work_off()
    old, new = Payment.objects.all()
    assert (old.state, old.detail) == ("cancelled", "Another way to pay was chosen: PayPal.")
    assert (new.provider, new.state) == ("paypal", "pending")
    assert [row["status"] for row in bank.books.table("intents").values()] == ["canceled"]
    look(browser, order, "away")


def test_in_the_shop_is_one_press_and_keeps_the_visit(order: Any, bank: StandIns) -> None:
    browser = visitor(order)
    look(browser, order, "here")
    assert browser.post(page_of(order), {"way": "in_store"}).headers["Location"] == THANKS
    visit = OrderVisit.objects.get()
    assert (visit.pay_by, visit.release_at) == ("in_store", None)
    assert browser.get(page_of(order)).headers["Location"] == THANKS


@pytest.mark.parametrize("way", ["barter", "in_store", "\x00", "x" * 5000])
def test_a_way_that_the_shop_does_not_offer_changes_nothing(order: Any, way: str) -> None:
    type(order.visit.site.shop).objects.update(payment="advance")
    answer = visitor(order).post(page_of(order), {"way": way})
    assert answer.status_code == 200 and "cannot be paid that way" in answer.content.decode()
    assert OrderVisit.objects.get().pay_by == "stripe" and not Payment.objects.exists()


def test_a_promise_of_the_bank_is_not_given_up_for_another_way(order: Any) -> None:
    look(visitor(order), order, "here")
    Payment.objects.update(state="authorised")
    with pytest.raises(starting.OrderNotPayable):
        switching.change(order=order, provider="paypal", at=timezone.now())


def test_nobody_else_sees_the_page_or_its_state(order: Any) -> None:
    stranger = Client()
    for path in (page_of(order), reverse("checkout:pay-state", args=[order.number])):
        assert stranger.get(path).status_code == 404
    assert stranger.post(page_of(order), {"way": "in_store"}).status_code == 404
    assert OrderVisit.objects.get().pay_by == "stripe"


def test_a_visit_of_the_page_costs_few_statements(order: Any, django_assert_max_num_queries: Any) -> None:
    browser = visitor(order)
    look(browser, order, "here")
    with django_assert_max_num_queries(14):
        look(browser, order, "here")
    with django_assert_max_num_queries(14):
        browser.get(reverse("checkout:pay-state", args=[order.number]))


def test_real_providers_name_their_own_origins_and_stand_ins_theirs() -> None:
    keys = {"secret_key": "sk_test_x", "publishable_key": "pk_test_x", "webhook_secrets": ["whsec_x"]}
    real = Stripe(**keys).page_sources
    assert real == {
        "script-src": ["https://js.stripe.com", "https://*.js.stripe.com"],
        "frame-src": ["https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"],
        "connect-src": ["https://api.stripe.com"],
        "form-action": ["https://checkout.stripe.com"],
    }
    other = Stripe(**keys, api_base="http://127.0.0.1:9/", script_url="http://127.0.0.1:8/v3/").page_sources
    assert {origin for origins in other.values() for origin in origins} == {"http://127.0.0.1:8", "http://127.0.0.1:9"}
    paypal = {"client_id": "x", "client_secret": "x", "webhook_id": "x"}
    assert PayPal(**paypal).page_sources == {"form-action": ["https://www.paypal.com"]}
    sandbox = PayPal(**paypal, api_base="https://api-m.sandbox.paypal.com/").page_sources
    assert sandbox == {"form-action": ["https://www.sandbox.paypal.com"]}
