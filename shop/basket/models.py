"""Our redirections of Oscar's basket: lines are quotes, their price is frozen, there is one of each."""

from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.db.transaction import atomic
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine
from oscar.core.loading import get_model

from shop.basket.rounding import half_up

JOINED = (
    "product__product_class",
    "product__parent",
    "stockrecord__partner",
    "quote_row__quote__device",
    "quote_row__quote__repair_type",
)


class Basket(AbstractBasket):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lines: Any = None
        self.discount_sums: dict[int | None, Decimal] = {}

    def get_stock_info(self, product: Any, options: Any) -> Any:
        return self.strategy.fetch_for_options(product, options)

    def all_lines(self) -> Any:
        """The lines in three statements at most, kept for the request; offers write on these very objects."""
        if self.pk is None or self._lines is not None:
            return super().all_lines()
        attributes = get_model("basket", "LineAttribute").objects.select_related("option")
        lines = self.lines.select_related(*JOINED).prefetch_related(Prefetch("attributes", attributes)).order_by("pk")
        len(lines)  # evaluated now, so that counting later costs nothing
        self._lines = lines
        return lines

    def keep_lines(self, lines: list[Any]) -> None:
        """Take lines that are in no table as this basket's own: for working out a price that nobody agreed to yet."""
        found = self.lines.model.objects.all()
        found._result_cache = lines
        self._lines = found

    def add_product(self, product: Any, quantity: int = 1, options: Any = None) -> tuple[Any, bool]:
        """Only a quote can be added, once. Raises ValueError for anything else; callers use shop.baskets.add_quote."""
        quote = self.strategy.quote_in(options)
        if quote is None or quantity != 1:
            raise ValueError("A basket line is one quote, once.")
        for line in self.all_lines():
            if line.quote_row.quote_id == quote.pk:
                return line, False
        line, created = super().add_product(product, quantity, options)
        get_model("shop", "BasketLineQuote").objects.get_or_create(line=line, defaults={"quote": quote})
        return line, created

    def merge_line(self, line: Any, add_quantities: bool = True) -> None:
        super().merge_line(line, add_quantities=False)

    def merge(self, basket: Any, add_quantities: bool = True) -> None:
        """The merged basket's held time and its draft come along: they were made last."""
        with atomic():
            super().merge(basket, add_quantities=False)
            visits = get_model("shop", "BasketVisit").objects
            has_photos = visits.filter(basket__in=[self, basket], has_photos=True).exists()
            if visits.filter(basket=basket, hold__isnull=False).exists() or not visits.filter(basket=self).exists():
                visits.filter(basket=self).delete()
                visits.filter(basket=basket).update(basket=self)
            visits.filter(basket=self).update(has_photos=has_photos)
            get_model("shop", "Draft").objects.follow(source=basket, to=self)

    def reset_offer_applications(self) -> None:
        super().reset_offer_applications()
        self.discount_sums = {}


class Line(AbstractLine):
    def discount(
        self, discount_value: Decimal, affected_quantity: int, incl_tax: bool = True, offer: Any = None
    ) -> None:
        """Take the difference of the offer's rounded running totals, so that lines, row and total agree."""
        sums, key = self.basket.discount_sums, offer.pk if offer else None
        before = sums.get(key, Decimal(0))
        sums[key] = before + discount_value
        now, then = half_up(sums[key], self.price_currency), half_up(before, self.price_currency)
        super().discount(now - then, affected_quantity, incl_tax, offer)


from oscar.apps.basket.models import *  # noqa: E402, F403
