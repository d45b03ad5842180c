"""What is said after money events: the order's confirmation, receipts, refunds, and the news that a time is free again.

Called through the table in site_config/followups.py, inside the verb's transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from cms.letterhead import letterhead
from cms.sites import shop_settings
from notifications import outbox
from notifications.models import Contact
from shop import deposits, documents, order_letters
from shop.models import Payment, Refund
from shop.order_letters import NO_PRICES, money_words
from shop.payments import refunds
from shop.payments.balance import balance


def confirm_order(*, order: Any, **facts: Any) -> None:
    """Tell the customer what was ordered, for when and for how much, with the explained price and what is paid when."""
    fee = deposits.miss_fee(shop=order.visit.site.shop, currency=order.currency)
    more = order_letters.deposit_facts(order, _language(order))
    _post("order.placed", order, f"order.placed:{order.number}", order.date_placed, more, miss_fee=fee)


def send_receipt(*, order: Any, payment: Payment | None = None, at: datetime | None = None, **facts: Any) -> None:
    """Tell the customer that the money has arrived, and what is left. One receipt for each payment."""
    key = f"payment.settled:{payment.reference if payment else order.number}"
    paid = payment.amount if payment else order.total_incl_tax
    sums, more = {"paid": paid}, {}
    if payment is not None and payment.purpose != Payment.Purpose.FULL:
        money = balance(order)
        sums |= {"due": money.open, "paid_before": money.kept - paid}
        with translation.override(_language(order)):
            more = {"due_label": order_letters.rest_label(order)}
    files = documents.files_for(order=order, payment=payment)
    _post("payment.settled", order, key, at or timezone.now(), more, files, **sums)


def tell_promised(*, order: Any, payment: Payment, at: datetime | None = None, **facts: Any) -> None:
    """Tell the customer that the bank keeps the deposit. What is taken at once has a receipt instead."""
    if payment.capture != "later" or order.status in {"released", "cancelled"}:
        return
    more = order_letters.deposit_facts(order, _language(order)) | NO_PRICES
    _post("payment.promised", order, f"payment.promised:{payment.reference}", at or timezone.now(), more)


def tell_released(*, order: Any, at: datetime | None = None, **facts: Any) -> None:
    """Tell the customer that the order was not paid in time and the visit is free again."""
    _post("order.released", order, f"order.released:{order.number}", at or timezone.now())


def tell_cancelled(*, order: Any, keep: Decimal | None = None, at: datetime | None = None, **facts: Any) -> None:
    """Tell the customer that the order is called off, what goes back and what stays with us. Its jobs stay silent."""
    key = f"order.cancelled:{order.number}"
    _post(
        "order.cancelled", order, key, at or timezone.now(), _back(order), kept=keep, refund=refunds.on_its_way(order)
    )


def tell_no_show(*, order: Any, fee: Decimal | None = None, at: datetime | None = None, **facts: Any) -> None:
    """Tell the customer that the visit was missed, what that costs, and what goes back or is still open."""
    sums: dict[str, Any] = {"kept": fee, "due": balance(order).open, "refund": refunds.on_its_way(order)}
    key, files = f"order.no_show:{order.number}", documents.files_for(order=order, missed=True)
    _post("order.no_show", order, key, at or timezone.now(), _back(order), files, **sums)


def tell_refunded(*, order: Any, refund: Refund, **facts: Any) -> None:
    """Tell the customer that money went back: how much, where to, how long that takes. Once for each refund."""
    language, key = _language(order), f"payment.refunded:{refund.reference}"
    told = {"refund": money_words(refund.amount, refund.currency, language)}
    _post(
        "payment.refunded", order, key, refund.changed_at,
        NO_PRICES | told | order_letters.way_back(refund.payment, language, paid_out=bool(refund.tender)),
        documents.files_for(order=order, refund=refund),
    )  # fmt: skip


def warn_refund_failed(*, order: Any, refund: Refund, **facts: Any) -> None:
    """Write to the shop that money did not go back. The customer sees it too; a person must find another way."""
    shop = shop_settings(order.visit.site)
    if not shop.email:
        return
    language = settings.LANGUAGE_CODE
    outbox.post(
        kind="payment.refund_failed",
        contact=Contact(site=order.visit.site, email=shop.email, language=language),
        context={
            **letterhead(shop),
            "reference": order.number,
            "refund": money_words(refund.amount, refund.currency, language),
            "body": refund.detail,
            "link": settings.PUBLIC_ORIGIN + reverse("counter:payments"),
        },
        dedupe_key=f"payment.refund_failed:{refund.reference}:{refund.tries}",
        at=refund.changed_at,
    )


def _back(order: Any) -> dict[str, Any]:
    """Where the newest refund of an order goes, for mails that announce it. One statement; blank without any."""
    newest = Refund.objects.filter(payment__order=order).select_related("payment").order_by("pk").last()
    told = order_letters.way_back(newest.payment, _language(order), paid_out=bool(newest.tender)) if newest else {}
    return NO_PRICES | {name: words for name, words in told.items() if name == "back_to"}


def _language(order: Any) -> str:
    language: str = order.visit.contact.language
    return language


def _post(
    kind: str, order: Any, key: str, at: datetime, more: dict[str, Any] | None = None,
    files: Sequence[dict[str, str]] = (), **sums: Decimal | None,
) -> None:  # fmt: skip
    context = order_letters.facts_of(order, _language(order), **sums) | (more or {})
    contact = order.visit.contact
    outbox.post(kind=kind, contact=contact, context=context, dedupe_key=key, at=at, attachments=files)
