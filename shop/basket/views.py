"""The basket page."""

from typing import Any

from django.utils import timezone
from oscar.apps.basket import views

from shop import baskets


class BasketView(views.BasketView):
    """The basket: what will be repaired, when, and for how much.

    Template `oscar/basket/basket.html`. Context beside Oscar's (`basket`, `formset`, `voucher_form`, `order_total`,
    `shipping_methods`, `basket_warnings`, `upsell_messages`):

    - each `form` of `formset`: `form.instance` is the line (`line_price_incl_tax`,
      `line_price_incl_tax_incl_discounts`), `form.instance.quote_row.quote` the frozen quote
      (`reference subject_name repair_name minutes answers problem lines total currency valid_until`; each of `lines`
      is a dict `name reason factor amount`, the amounts as text);
      print `{{ form.id }}{{ form.quantity }}` and `{{ form.DELETE }}` (a submit button named as `form.DELETE.html_name`
      with value 1 removes the line);
    - `basket.voucher_discounts`, `basket.offer_discounts`: rows with `name`, `discount`, `voucher`;
      `basket.vouchers.all` with a POST form to `basket:vouchers-remove`;
    - `hold`: the time kept for this basket (`starts_at ends_at expires_at`, aware UTC) or None;
    - `hold_ran_out`: True when a time was chosen but is no longer kept;
    - `first_quote`: quote of the first line or None; its time is chosen at `book-time first_quote.reference`;
    - `zone`: the shop's time zone for printing times; `tax_name`: what the shop calls its tax.
    """

    def get_upsell_messages(self, basket: Any) -> list[Any]:
        return [] if basket.is_empty else super().get_upsell_messages(basket)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.update(baskets.about_visit(request=self.request, basket=self.request.basket, at=timezone.now()))
        return context


class VoucherAddView(views.VoucherAddView):
    """A voucher is typed in: it is judged beside the other offers, whichever of them had its share before."""

    def apply_voucher_to_basket(self, voucher: Any) -> None:
        self.request.basket.reset_offer_applications()
        super().apply_voucher_to_basket(voucher)
