"""Prices for Oscar: what the quote behind a line says, and nothing else."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from oscar.apps.partner import strategy
from oscar.apps.partner.availability import Unavailable
from oscar.apps.partner.prices import TaxInclusiveFixedPrice
from oscar.apps.partner.prices import Unavailable as NoPrice
from oscar.core.loading import get_model

from shop.partner.availability import QuoteAvailability


class QuoteStrategy(strategy.Base):
    """Reads the frozen quote. The stock record's own price is never looked at."""

    def __init__(self, request: Any = None, at: datetime | None = None) -> None:
        super().__init__(request)
        self.at = at or timezone.now()

    def select_stockrecord(self, product: Any, currency: str | None = None) -> Any:
        records = [r for r in product.stockrecords.all() if currency in (None, r.price_currency)]
        return records[0] if records else None

    def quote_in(self, options: Any) -> Any:
        """The quote that Oscar's options (dicts or line attributes) name, or None."""
        for option in options or ():
            named, value = (
                (option["option"], option["value"]) if isinstance(option, dict) else (option.option, option.value)
            )
            if named.code == "quote":
                return get_model("shop", "Quote").objects.filter(reference=value).first()
        return None

    def fetch_for_product(self, product: Any, stockrecord: Any = None) -> Any:
        """A repair without a quote has no price."""
        return self.info(None, stockrecord or self.select_stockrecord(product))

    def fetch_for_parent(self, product: Any) -> Any:
        return self.info(None, None)

    def fetch_for_options(self, product: Any, options: Any) -> Any:
        quote = self.quote_in(options)
        return self.info(quote, self.select_stockrecord(product, quote.currency if quote else None))

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> Any:
        row = getattr(line, "quote_row", None)
        return self.info(row.quote if row else None, stockrecord or line.stockrecord)

    def info(self, quote: Any, stockrecord: Any) -> Any:
        if quote is None:
            return strategy.PurchaseInfo(NoPrice(), Unavailable(), stockrecord)
        price = TaxInclusiveFixedPrice(quote.currency, quote.total - quote.tax, quote.tax, quote.tax_code)
        return strategy.PurchaseInfo(price, QuoteAvailability(quote, self.at), stockrecord)


class Selector(strategy.Selector):
    def strategy(self, request: Any = None, user: Any = None, at: datetime | None = None, **kwargs: Any) -> Any:
        return QuoteStrategy(request, at)
