"""Paying in a real browser, at stand-ins for Stripe and PayPal: every way to pay, and every way to stumble."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from oscar.core.loading import get_model

from notifications.models import Message
from shop.models import LedgerEntry, OrderVisit, Payment
from tests.factories import make_shop
from tests.journeys.screens import SIZES, Looker
from tests.queue import work_off
from tests.shop.payments.doors import doors_at
from tests.shop.payments.factories import make_order
from tests.standins.faults import Fault
from tests.standins.server import StandIns

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Order = get_model("order", "Order")
GOOD, DECLINED, ASKS = "4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0025 0000 3155"


@pytest.fixture
def bank(served: str, settings: Any) -> Iterator[StandIns]:
    """Stripe and PayPal beside the shop; their webhooks are sent when a test says so."""
    with StandIns(webhook=f"{served}/payments/{{provider}}/webhook/") as standins:
        standins.post.mode = "never"
        settings.PAYMENT_PROVIDERS = {**doors_at(standins), **settings.PAYMENT_PROVIDERS}
        yield standins
        assert standins.violations == []


class Payer:
    """A visitor with an order that waits for its money, in one window."""

    def __init__(self, tab: Any, address: str, *, pay_by: str = "stripe", **more: Any) -> None:
        at = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0)
        self.tab, self.address = tab, address
        self.order = make_order(make_shop(), pay_by=pay_by, at=at, **more)
        session = SessionStore()
        session["checkout_order_id"] = self.order.pk
        session.save()
        self.cookie = {"name": "sessionid", "value": session.session_key, "url": address}
        tab.context.add_cookies([self.cookie])
        self.page = f"{address}/checkout/pay/{self.order.number}/"

    def open(self) -> "Payer":
        self.tab.goto(self.page)
        return self

    def ready(self) -> "Payer":
        self.tab.locator("[data-pay-button]:not([disabled])").wait_for()
        return self

    def card(self, number: str) -> None:
        self.tab.frame_locator("[data-pay-place] iframe").get_by_label("Card number").fill(number)

    def pay(self, number: str = GOOD) -> None:
        self.card(number)
        self.tab.locator("[data-pay-button]").click()

    def bank_says(self, choice: str) -> None:
        self.tab.frame_locator("[role=dialog] iframe").get_by_role("button", name=choice).click()

    def thanked(self) -> None:
        self.tab.wait_for_url("**/checkout/thank-you/**")

    def paid_once(self) -> None:
        """One payment came, the order is paid, one receipt was written."""
        work_off()
        self.order.refresh_from_db()
        assert self.order.status == "paid"
        assert LedgerEntry.objects.filter(kind="paid").count() == 1
        assert Message.objects.filter(kind="payment.settled").count() == 1


def told(bank: StandIns, provider: str = "stripe") -> None:
    """The provider's webhooks arrive, in their order."""
    bank.post._deliver([(provider, event) for event in bank.events(provider)])
    assert set(bank.post.answers) == {200}
    work_off()


def test_a_card_is_taken_on_our_own_page_and_never_touches_us(served: str, bank: StandIns, page: Any) -> None:
    payer = Payer(page, served).open().ready()
    sent: list[str] = []
    page.on("request", lambda one: sent.append(f"{one.url} {one.post_data or ''}"))
    payer.pay()
    payer.thanked()
    payer.paid_once()
    assert any("4242" in one for one in sent)
    assert not [one for one in sent if "4242" in one and not one.startswith(bank.address)]
    told(bank)
    payer.paid_once()


def test_a_declined_card_says_why_and_a_good_one_pays_the_same_payment(served: str, bank: StandIns, page: Any) -> None:
    payer = Payer(page, served).open().ready()
    payer.pay(DECLINED)
    said = page.get_by_role("alert").filter(has_text="Your card was declined.")
    said.wait_for()
    assert page.evaluate("document.activeElement.matches('[data-pay-error]')")
    payer.open().ready()  # the reason is not lost with the page, though nobody has told us of it yet
    said.wait_for()
    told(bank)  # we hear of it while the customer looks for another card
    assert Payment.objects.get().state == "failed"
    payer.ready().pay()
    payer.thanked()
    payer.paid_once()
    assert len(bank.books.table("intents")) == Payment.objects.count() == 1


def test_a_bank_that_asks_may_be_left_and_the_same_payment_taken_up_again(
    served: str, bank: StandIns, page: Any
) -> None:
    payer = Payer(page, served).open().ready()
    payer.pay(ASKS)
    payer.bank_says("Abandon")
    page.get_by_text("unable to authenticate").wait_for()
    secret = page.locator("[data-pay-element]").get_attribute("data-secret")
    page.goto("about:blank")
    payer.open().ready()
    assert page.locator("[data-pay-element]").get_attribute("data-secret") == secret
    payer.pay(ASKS)
    payer.bank_says("Approve")
    payer.thanked()
    payer.paid_once()
    assert len(bank.books.table("intents")) == 1


def test_a_window_closed_after_the_payment_is_paid_by_the_webhook_alone(served: str, bank: StandIns, page: Any) -> None:
    payer = Payer(page, served).open().ready()
    page.route("**/checkout/return/**", lambda route: route.abort())
    payer.card(GOOD)
    with page.expect_event("requestfailed"):
        page.locator("[data-pay-button]").click()
    page.close()
    assert Payment.objects.get().state == "pending"
    told(bank)
    payer.paid_once()


def test_a_window_closed_after_the_payment_and_opened_again_says_that_it_is_paid(
    served: str, bank: StandIns, page: Any
) -> None:
    payer = Payer(page, served).open().ready()
    bank.do("stripe/pay", payment=Payment.objects.get().provider_id)
    payer.open()
    payer.thanked()
    payer.paid_once()


def test_pressing_twice_and_paying_in_two_windows_takes_the_money_once(served: str, bank: StandIns, page: Any) -> None:
    payer = Payer(page, served).open().ready()
    other = page.context.new_page()
    other.goto(payer.page)
    other.locator("[data-pay-button]:not([disabled])").wait_for()
    payer.card(GOOD)
    page.locator("[data-pay-button]").dblclick()
    payer.thanked()
    other.frame_locator("[data-pay-place] iframe").get_by_label("Card number").fill(GOOD)
    other.locator("[data-pay-button]").click()
    other.wait_for_url("**/checkout/thank-you/**")
    payer.paid_once()
    assert [row["status"] for row in bank.books.table("charges").values()] == ["succeeded"]


def test_going_back_after_paying_says_that_it_is_paid(served: str, bank: StandIns, page: Any) -> None:
    payer = Payer(page, served).open().ready()
    payer.pay()
    payer.thanked()
    page.go_back()
    payer.thanked()
    assert page.locator("[data-pay-element]").count() == 0
    payer.paid_once()


def test_without_script_the_card_is_taken_on_stripes_own_page(served: str, bank: StandIns, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False)
    payer = Payer(context.new_page(), served).open()
    payer.tab.get_by_role("button", name="on Stripe's page").click()
    payer.tab.wait_for_url("**/pay/c/**")
    payer.tab.get_by_role("link", name="Back to the shop").click()
    payer.tab.get_by_role("button", name="Go on and pay").click()
    payer.tab.get_by_label("Card number").fill(GOOD)
    payer.tab.get_by_role("button", name="Pay").click()
    payer.thanked()
    context.close()
    payer.paid_once()
    assert len(bank.books.table("sessions")) == 1
    assert [row["status"] for row in bank.books.table("intents").values()] == ["canceled", "succeeded"]


@pytest.mark.parametrize("how", ["kept out", "another script"])
def test_a_card_form_that_does_not_load_leads_to_stripes_own_page(
    served: str, bank: StandIns, chromium: Any, how: str
) -> None:
    tab = chromium.new_context().new_page()
    kind = {"content_type": "text/javascript", "body": "'nothing'"}
    tab.route("**/v3/", lambda route: route.abort() if how == "kept out" else route.fulfill(**kind))
    payer = Payer(tab, served).open()
    tab.get_by_text("The card form did not load.").wait_for()
    assert not tab.locator("[data-pay-button]").is_visible()
    tab.get_by_role("button", name="on Stripe's page").click()
    tab.get_by_label("Card number").fill(GOOD)
    tab.get_by_role("button", name="Pay").click()
    payer.thanked()
    tab.context.close()
    payer.paid_once()


def test_a_bank_that_is_silent_on_the_way_back_is_asked_until_it_speaks(served: str, bank: StandIns, page: Any) -> None:
    payer = Payer(page, served).open().ready()
    bank.faults.add(Fault("refuse", "GET /v1/payment_intents/.*", times=2))
    payer.pay()
    page.get_by_role("heading", name="We are asking the bank").wait_for()
    assert page.locator("[data-pay-element], .pay-ways").count() == 0
    payer.thanked()
    payer.paid_once()


def test_paypal_is_approved_on_its_page(served: str, bank: StandIns, page: Any) -> None:
    payer = Payer(page, served, pay_by="paypal").open()
    page.get_by_role("button", name="Approve", exact=True).click()
    payer.thanked()
    payer.paid_once()
    told(bank, "paypal")
    payer.paid_once()


def test_paypal_turned_down_leads_back_and_another_way_takes_its_place(served: str, bank: StandIns, page: Any) -> None:
    payer = Payer(page, served, pay_by="paypal").open()
    page.get_by_role("button", name="Cancel and return").click()
    page.get_by_role("button", name="Go on and pay").click()
    page.wait_for_url("**/checkoutnow**")
    assert Payment.objects.count() == 1
    payer.open()
    page.get_by_role("button", name="Pay by card now").click()
    payer.ready().pay()
    payer.thanked()
    payer.paid_once()
    assert [(row.provider, row.state) for row in Payment.objects.all()] == [
        ("paypal", "cancelled"),
        ("stripe", "succeeded"),
    ]


def test_paying_in_the_shop_after_all_is_one_press(served: str, bank: StandIns, page: Any) -> None:
    payer = Payer(page, served).open().ready()
    page.get_by_role("button", name="Pay in the shop").click()
    payer.thanked()
    work_off()
    assert OrderVisit.objects.get().pay_by == "in_store"
    assert [row["status"] for row in bank.books.table("intents").values()] == ["canceled"]


@pytest.mark.parametrize(("width", "height", "theme"), SIZES)
def test_every_state_of_the_pay_page_is_fit_to_be_seen(
    served: str, bank: StandIns, chromium: Any, shots: str, width: int, height: int, theme: str
) -> None:
    looker = Looker(chromium, served, width, height, theme)
    tab = looker.tab

    def shoot(name: str) -> None:
        looker.look()
        tab.screenshot(path=f"{shots}/pay-{name}-{width}.png", full_page=True)

    payer = Payer(tab, served).open().ready()
    shoot("card")
    payer.pay(DECLINED)
    tab.get_by_text("Your card was declined.").wait_for()
    shoot("declined")
    payment = Payment.objects.get()
    Payment.objects.update(state="failed", detail="Your card has no money left.")
    payer.open()
    shoot("failed")
    Payment.objects.update(state="pending", detail="")
    bank.faults.add(Fault("refuse", "GET /v1/payment_intents/.*", times=99))
    tab.goto(f"{served}/checkout/return/{payment.reference}/")
    shoot("confirming")
    bank.faults.clear()
    OrderVisit.objects.update(due_now="117.00", capture="later")
    payer.open()
    tab.get_by_role("button", name="Go back to paying").click()
    payer.ready()
    shoot("deposit")
    tab.get_by_role("button", name="PayPal").click()
    tab.wait_for_url("**/checkoutnow**")
    tab.get_by_role("button", name="Cancel").click()
    tab.wait_for_url("**/checkout/pay/**")
    shoot("paypal")
    Payment.objects.filter(provider="paypal").update(state="mismatch")
    payer.open()
    shoot("odd")
    tab.goto("about:blank")
    faults = looker.leave()
    context = chromium.new_context(viewport={"width": width, "height": height}, java_script_enabled=False)
    bare = context.new_page()
    context.add_cookies([payer.cookie])
    Payment.objects.filter(provider="paypal").update(state="cancelled")
    OrderVisit.objects.update(pay_by="stripe")
    bare.goto(payer.page)
    bare.get_by_role("button", name="Pay £117.00 now").click()
    bare.get_by_role("button", name="on Stripe's page").wait_for()
    bare.screenshot(path=f"{shots}/pay-noscript-{width}.png", full_page=True)
    context.close()
    assert faults == []
