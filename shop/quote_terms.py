"""What was promised with a price beside the price itself: kept in its snapshot, so it holds as long as the price."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shop import facts
from shop.models import Quote, RepairOffer


@dataclass(frozen=True)
class Terms:
    """What the tax was called, days of warranty, days until it is ready, and the gross price to borrow a device.

    None where nothing was said; a `loan_price` of 0 is free of charge.
    """

    tax_name: str
    warranty_days: int
    ready_days: int | None
    loan_price: Decimal | None
    loan_currency: str


def keep(offer: RepairOffer) -> dict[str, Any]:
    """Today's terms of an offer with its shop at hand, as JSON for the snapshot of a quote."""
    shop = offer.site.shop
    loan = None if shop.loan_price is None else str(shop.loan_price)
    kept = {"ready_days": shop.ready_days, "loan_price": loan, "loan_currency": shop.currency if loan else None}
    return {"warranty_days": facts.took_of(offer)[1]} | {
        name: value for name, value in kept.items() if value is not None
    }


def of(quote: Quote) -> Terms:
    """The terms of a quote as they were when it was given; one from before they were kept promised less."""
    kept = quote.snapshot
    loan = kept.get("loan_price")
    return Terms(
        tax_name=kept["catalogue"].get("tax_name", "VAT") if kept else quote.site.shop.tax_name,
        warranty_days=kept.get("warranty_days", quote.repair_type.warranty_days),
        ready_days=kept.get("ready_days"),
        loan_price=None if loan is None else Decimal(loan),
        loan_currency=kept.get("loan_currency", ""),
    )
