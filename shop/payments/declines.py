"""Why a payment or a refund was refused, in words for the person who reads it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

DECLINED = _("Your bank declined this payment. Try another card, or ask your bank.")

# Source: https://docs.stripe.com/declines/codes, in our words. A lost or stolen card is called "declined" only: the
# person who holds it need not know what we know.
CARD: dict[str, Any] = {
    "authentication_required": _("Your bank wants you to confirm this payment. Please try again and confirm it."),
    "card_velocity_exceeded": _("This card is over its limit. Try another card."),
    "currency_not_supported": _("This card does not take this currency. Try another card."),
    "expired_card": _("This card has expired. Try another card."),
    "incorrect_cvc": _("The security code of the card is wrong. Check it and try again."),
    "incorrect_number": _("The card number is wrong. Check it and try again."),
    "insufficient_funds": _("There is not enough money on this card. Try another card."),
    "invalid_cvc": _("The security code of the card is wrong. Check it and try again."),
    "invalid_expiry_month": _("The expiry date of the card is wrong. Check it and try again."),
    "invalid_expiry_year": _("The expiry date of the card is wrong. Check it and try again."),
    "payment_intent_authentication_failure": _(
        "Your bank could not make sure that it was you. Try again, or use another card."
    ),
    "processing_error": _("The bank could not process this payment. Please try again in a moment."),
}

# What is wrong with a request, by the code of Stripe (https://docs.stripe.com/error-codes) or the issue of PayPal.
REQUEST: dict[str, Any] = {
    "amount_too_large": _("This sum is larger than may be paid online."),
    "amount_too_small": _("This sum is too small to be paid online."),
    "charge_already_refunded": _("This payment was given back before."),
    "charge_disputed": _("The customer disputes this payment with the bank: it cannot be given back here."),
    "charge_expired_for_capture": _("The hold on the money has lapsed: ask the customer to pay again."),
    "payment_intent_unexpected_state": _("This payment has moved on meanwhile. Look at it again."),
    "resource_missing": _("The provider knows no such payment."),
    "AUTHORIZATION_AMOUNT_EXCEEDED": _("That is more than the customer has approved."),
    "AUTHORIZATION_EXPIRED": _("The hold on the money has lapsed: ask the customer to pay again."),
    "AUTHORIZATION_VOIDED": _("The hold on the money was let go: ask the customer to pay again."),
    "CAPTURE_FULLY_REFUNDED": _("This payment was given back before."),
    "DUPLICATE_INVOICE_ID": _("PayPal says that this payment was made before."),
    "INSTRUMENT_DECLINED": _("PayPal could not charge this card or account. Choose another one there."),
    "ORDER_NOT_APPROVED": _("The customer has not approved this payment yet."),
    "PAYER_ACTION_REQUIRED": _("PayPal wants the customer to confirm this payment."),
    "REFUND_AMOUNT_EXCEEDED": _("That is more than is left of this payment."),
    "REFUND_FAILED_INSUFFICIENT_FUNDS": _("There is not enough money in the PayPal account for this refund."),
    "REFUND_TIME_LIMIT_EXCEEDED": _("This payment is too old to be given back through PayPal."),
    "RESOURCE_NOT_FOUND": _("The provider knows no such payment."),
    "TRANSACTION_REFUSED": _("PayPal refused this payment. Try another way to pay."),
}

# Where Stripe says why, in an event, an intent or a session that was asked for: `last_payment_error`, or below it.
PLACES = ((), ("data", "object"), ("payment_intent",), ("data", "object", "payment_intent"))
PLAIN = {"paypal": "INSTRUMENT_DECLINED"}  # by provider, where it says no more than no
LOST = "declined"


def code_of(provider: str, body: Any) -> str:
    """Why a payment failed, as one code that we have words for, from what its provider sent. Nothing else of that is
    kept: a provider's own text may name a card."""
    for place in PLACES:
        error = _below(body, (*place, "last_payment_error"))
        for name in ("decline_code", "code"):
            code = str(error.get(name)) if isinstance(error, Mapping) else ""
            if code in CARD:
                return code
    return PLAIN.get(provider, LOST)


def words(payment: Any) -> str:
    """Why a payment did not go through and what to do, in the reader's language; blank where nobody said."""
    code = payment.decline
    return str(CARD.get(code) or REQUEST.get(code) or DECLINED) if code else payment.detail


def _below(body: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body


def card_text(decline_code: str, code: str) -> str:
    """The text for a card that was refused: by the bank's reason, else by the kind of error, else plainly declined."""
    return str(CARD.get(decline_code) or CARD.get(code) or DECLINED)


def request_text(code: str, message: str) -> str:
    """The text for a request that was refused: ours where we know the code, else what the provider wrote."""
    known = REQUEST.get(code)
    return str(known) if known else str(_("The payment provider refused: %(why)s") % {"why": message or code})
