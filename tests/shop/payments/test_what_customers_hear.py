"""Why a payment failed, that one is being taken, and what a refunded order cost: said on every page, also later."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from repairs import tracking
from repairs.models import Job
from shop.models import LedgerEntry, OrderVisit, Payment, PaymentEvent, Refund
from shop.payments import declines, ledger, refunds, returning
from tests.factories import make_user
from tests.shop.payments.factories import make_order
from tests.shop.payments.test_pay_page import bank, look, order, visitor

__all__ = ["bank", "order"]
pytestmark = pytest.mark.django_db
THANKS = "/checkout/thank-you/"


def decline(bank: Any, card: str) -> Payment:
    """The customer tries this card on our page, and we hear of it."""
    payment = Payment.objects.get()
    bank.do("stripe/pay", payment=payment.provider_id, card=card)
    returning.settle_return(payment_reference=payment.reference, at=timezone.now())
    payment.refresh_from_db()
    return payment


def words(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.headers
    return " ".join(answer.content.decode().split())


def test_a_decline_is_told_after_the_page_was_loaded_anew_and_forgotten_by_the_next_try(order: Any, bank: Any) -> None:
    browser = visitor(order)
    look(browser, order, "here")
    payment = decline(bank, "4000000000009995")
    assert (payment.state, payment.decline) == ("failed", "insufficient_funds")
    for _again in range(2):
        assert "There is not enough money on this card. Try another card." in look(browser, order, "failed")
    assert decline(bank, "4000000000000002").decline == "declined"  # another card on the same page
    assert "Your bank declined this payment. Try another card, or ask your bank." in look(browser, order, "failed")
    payment = decline(bank, "4242424242424242")
    assert (payment.state, payment.decline) == ("succeeded", "")


def test_a_decline_is_told_in_the_language_of_who_reads_it(order: Any, bank: Any) -> None:
    look(visitor(order), order, "here")
    payment = decline(bank, "4000000000009995")
    with translation.override("pt-br"):
        here = declines.words(payment)
    assert here == str(translation.gettext(here)) and payment.detail == ""


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"last_payment_error": "4242 4242 4242 4242"},
        {
            "last_payment_error": {
                "decline_code": "4242424242424242",
                "message": "Card 4242 4242 4242 4242 was refused.",
            }
        },
        {"data": {"object": {"last_payment_error": {"code": ["expired_card"], "decline_code": None}}}},
        {"data": {"object": None}},
    ],
)
def test_what_a_provider_wrote_is_never_kept_as_the_reason(body: Any) -> None:
    try:
        code = declines.code_of("stripe", body)
    except TypeError:
        pytest.fail("an odd body is a plain no")
    assert code == "declined"


def test_the_reason_is_found_wherever_stripe_puts_it() -> None:
    error = {"last_payment_error": {"code": "card_declined", "decline_code": "expired_card"}}
    for body in (
        error,
        {"payment_intent": error},
        {"data": {"object": error}},
        {"data": {"object": {"payment_intent": error}}},
    ):
        assert declines.code_of("stripe", body) == "expired_card"
    by_bank = {"last_payment_error": {"code": "payment_intent_authentication_failure"}}
    assert "make sure that it was you" in str(declines.CARD[declines.code_of("stripe", by_bank)])
    assert declines.code_of("paypal", {"status": "DECLINED"}) == "INSTRUMENT_DECLINED"


def test_the_reason_fits_its_column() -> None:
    longest = Payment._meta.get_field("decline").max_length
    assert all(len(code) <= longest for code in (*declines.CARD, *declines.PLAIN.values(), declines.LOST))


@pytest.fixture
def agreed(bank: Any, shop: Any) -> Any:
    """An order whose customer has agreed at PayPal; the money is not here yet."""
    one = make_order(shop, pay_by="paypal")
    facts = {"order": one, "site": shop.site, "reference": "P-AGREED", "provider": "paypal", "amount": "467.98"}
    Payment.objects.create(
        **facts, currency="GBP", state="authorised", created_at=timezone.now(), changed_at=timezone.now()
    )
    return one


def test_money_that_paypal_is_taking_is_said_so_and_asked_for_nowhere(agreed: Any) -> None:
    browser = visitor(agreed)
    user = make_user("payer@example.com")
    type(agreed).objects.filter(pk=agreed.pk).update(user=user)
    member = Client()
    member.force_login(user)
    job = Job.objects.get()
    job.contact.user = user
    job.contact.save()
    pages = (
        words(browser, THANKS),
        words(Client(), f"/track/{tracking.token(job)}/"),
        words(member, "/account/payments/"),
        words(member, f"/account/repairs/{job.reference}/"),
    )
    for page in pages:
        assert "PayPal has agreed to £467.98" in page and "being taken" in page.lower()
        assert "Your payment is still open" not in page and "/checkout/pay/" not in page and "/pay/" not in page
    assert "To pay" not in words(member, "/account/")


def test_a_deposit_that_the_bank_keeps_is_not_said_to_be_taken(agreed: Any) -> None:
    Payment.objects.update(capture="later", amount="117.00", purpose="deposit")
    OrderVisit.objects.update(due_now="117.00", capture="later")
    page = words(visitor(agreed), THANKS)
    assert "Kept by your bank" in page and "has agreed" not in page


def paid(shop: Any) -> tuple[Any, Client]:
    one = make_order(shop, pay_by="in_store")
    user = make_user("payer@example.com")
    type(one).objects.filter(pk=one.pk).update(user=user)
    ledger.take_at_counter(order=one, amount=Decimal("467.98"), by=None, at=timezone.now())
    member = Client()
    member.force_login(user)
    return type(one).objects.get(pk=one.pk), member


def test_an_order_that_was_given_back_says_what_it_cost_and_that_all_of_it_went_back(shop: Any) -> None:
    one, member = paid(shop)
    payment = Payment.objects.get()
    asked = refunds.ask(
        payment=payment, amount=Decimal("467.98"), reason=Refund.Reason.SHOP, by=None, at=timezone.now()
    )
    refunds.send(asked.pk, at=timezone.now())
    one.refresh_from_db()
    assert one.status == "refunded" and LedgerEntry.objects.filter(kind="refunded").exists()
    page = words(member, "/account/payments/")
    assert "<dt>Total</dt><dd>£467.98</dd>" in page and "<dt>Refunded</dt><dd>£467.98</dd>" in page
    assert "£0.00" not in page.split("order-card__sums")[1].split("</dl>")[0]
    track = words(Client(), f"/track/{tracking.token(Job.objects.get())}/")
    assert "<dt>Order total</dt><dd>£467.98</dd>" in track and "<dt>Refunded</dt><dd>£467.98</dd>" in track
    assert PaymentEvent.objects.count() == 0


def test_a_part_that_went_back_leaves_the_total_as_it_was_asked(shop: Any) -> None:
    _one, member = paid(shop)
    asked = refunds.ask(
        payment=Payment.objects.get(),
        amount=Decimal("50.00"),
        reason=Refund.Reason.GOODWILL,
        by=None,
        at=timezone.now(),
    )
    refunds.send(asked.pk, at=timezone.now())
    page = words(member, "/account/payments/")
    assert "<dt>Total</dt><dd>£467.98</dd>" in page and "<dt>Refunded</dt><dd>£50.00</dd>" in page
    assert "Taken off" not in page and "<dt>Open</dt><dd>£0.00</dd>" in page
