"""A basket holds quotes at their frozen price, each once, and one time for the visit."""

from datetime import timedelta
from decimal import Decimal

import pytest
from oscar.core.loading import get_model

from repairs.booking import SlotTaken
from repairs.models import Hold
from shop import baskets, quotes, reserve
from shop.models import BasketVisit, RepairOffer
from tests.factories import SHOP_TIME, Shop, make_user
from tests.shop.orders import TOMORROW, make_offer, make_voucher, place, quote_for, reserved
from tests.shop.statements import counted


def total(basket: object) -> Decimal:
    return baskets.apply_offers(basket=basket).total_incl_tax  # type: ignore[no-any-return]


def test_a_line_costs_what_its_quote_says_whatever_the_stock_record_says(shop: Shop) -> None:
    basket = reserved(shop, quote_for(shop, answers={"condition": "poor", "urgency": "urgent"}))
    get_model("partner", "StockRecord").objects.update(price=Decimal("999.00"))
    RepairOffer.objects.update(price=Decimal("1.00"))
    assert total(baskets.find(site=shop.site, token="a-token", at=SHOP_TIME)) == Decimal("467.98")
    (line,) = basket.all_lines()
    assert (line.unit_price_incl_tax, line.unit_tax, line.tax_code) == (
        Decimal("467.98"),
        Decimal("78.00"),
        "GB-standard",
    )


def test_the_same_quote_again_returns_the_same_line(shop: Shop) -> None:
    basket, quote = reserved(shop), quote_for(shop)
    first = baskets.add_quote(basket=basket, quote=quote, at=SHOP_TIME)
    again = baskets.add_quote(basket=basket, quote=quote, at=SHOP_TIME)
    assert first.pk == again.pk
    assert basket.num_lines == 2
    assert basket.num_items == 2


def test_two_quotes_for_the_same_repair_stay_two_lines(shop: Shop) -> None:
    basket = reserved(shop, quote_for(shop), quote_for(shop, device=shop.iphone_13))
    assert [line.line_price_incl_tax for line in basket.all_lines()] == [Decimal("239.99"), Decimal("199.99")]


def test_only_a_quote_can_be_added_the_stock_way(shop: Shop) -> None:
    basket = reserved(shop)
    (line,) = basket.all_lines()
    with pytest.raises(ValueError, match="one quote"):
        basket.add_product(line.product)
    option = {"option": line.attributes.all()[0].option, "value": line.quote_row.quote.reference}
    with pytest.raises(ValueError, match="one quote"):
        basket.add_product(line.product, quantity=2, options=[option])
    assert basket.add_product(line.product, options=[option]) == (line, False)
    other = quote_for(shop, device=shop.iphone_13)
    added, created = basket.add_product(line.product, options=[option | {"value": other.reference}])
    assert created
    assert added.quote_row.quote == other


def test_an_expired_or_used_quote_cannot_be_added(shop: Shop) -> None:
    quote, basket = quote_for(shop), reserved(shop)
    with pytest.raises(quotes.QuoteExpired):
        baskets.add_quote(basket=basket, quote=quote, at=quote.valid_until)
    order = place(basket)
    with pytest.raises(quotes.QuoteRedeemed):
        baskets.add_quote(basket=reserved(shop, token="b"), quote=order.quotes.get(), at=SHOP_TIME)


def test_a_line_whose_quote_ran_out_cannot_be_ordered_but_is_still_shown(shop: Shop) -> None:
    reserved(shop)
    late = baskets.find(site=shop.site, token="a-token", at=SHOP_TIME + timedelta(days=31))
    (line,) = late.all_lines()
    assert line.purchase_info.availability.is_purchase_permitted(1)[0] is False
    assert line.line_price_incl_tax == Decimal("239.99")


def test_nothing_goes_into_a_basket_that_became_an_order(shop: Shop) -> None:
    basket = reserved(shop)
    place(basket)
    closed = baskets.open_basket(site=shop.site, token="a-token", at=SHOP_TIME)
    with pytest.raises(baskets.BasketClosed):
        baskets.add_quote(basket=closed, quote=quote_for(shop), at=SHOP_TIME)


def test_a_token_opens_its_own_basket_and_no_other(shop: Shop) -> None:
    basket = reserved(shop, token="mine")
    assert baskets.open_basket(site=shop.site, token="mine", at=SHOP_TIME) == basket
    assert baskets.open_basket(site=shop.site, token="yours", at=SHOP_TIME) != basket
    assert not BasketVisit.objects.filter(token_hash__contains="mine").exists()
    with pytest.raises(baskets.BasketNotFound):
        baskets.find(site=shop.site, token="nobody's", at=SHOP_TIME)


def test_choosing_another_time_gives_the_first_one_back(shop: Shop) -> None:
    basket, later = reserved(shop), TOMORROW + timedelta(hours=2)
    (line,) = basket.all_lines()
    reserve.reserve(site=shop.site, basket=basket, quote=line.quote_row.quote, starts_at=later, at=SHOP_TIME)
    assert [hold.starts_at for hold in Hold.objects.filter(state="held")] == [later]
    assert baskets.visit_of(basket).hold.starts_at == later  # type: ignore[union-attr]


def test_choosing_the_same_time_again_keeps_the_hold(shop: Shop) -> None:
    basket = reserved(shop)
    before = baskets.visit_of(basket).hold  # type: ignore[union-attr]
    reserve.reserve(site=shop.site, basket=basket, quote=quote_for(shop), starts_at=TOMORROW, at=SHOP_TIME)
    assert baskets.visit_of(basket).hold == before  # type: ignore[union-attr]
    assert basket.num_lines == 2


def test_a_taken_time_leaves_the_basket_as_it_was(shop: Shop) -> None:
    for token in ("one", "two"):
        reserved(shop, token=token)
    basket = baskets.open_basket(site=shop.site, token="three", at=SHOP_TIME)
    with pytest.raises(SlotTaken) as taken:
        reserve.reserve(site=shop.site, basket=basket, quote=quote_for(shop), starts_at=TOMORROW, at=SHOP_TIME)
    assert taken.value.next_starts
    assert basket.is_empty
    assert baskets.visit_of(basket).hold is None  # type: ignore[union-attr]


def test_logging_in_moves_lines_once_and_takes_the_held_time_along(shop: Shop) -> None:
    guest = reserved(shop)
    mine = get_model("basket", "Basket").objects.create(owner=make_user())
    mine.strategy = guest.strategy
    mine.merge(guest, add_quantities=True)
    again = get_model("basket", "Basket").objects.create()
    again.strategy = guest.strategy
    assert [line.quantity for line in mine.all_lines()] == [1]
    assert baskets.visit_of(mine).hold.starts_at == TOMORROW  # type: ignore[union-attr]


def test_taking_a_line_out_leaves_the_others(shop: Shop) -> None:
    first, second = quote_for(shop), quote_for(shop, device=shop.iphone_13)
    basket = reserved(shop, first, second)
    baskets.remove_line(basket=basket, quote=first)
    assert [line.quote_row.quote for line in basket.all_lines()] == [second]


def test_ten_percent_of_a_gross_price_takes_ten_percent(shop: Shop) -> None:
    make_offer(percent="10")
    assert total(reserved(shop)) == Decimal("215.99")


def test_lines_discount_and_total_agree_to_the_penny(shop: Shop) -> None:
    RepairOffer.objects.update(price=Decimal("33.35"))
    make_offer(percent="10")
    quoted = [quote_for(shop, device=shop.iphone_13) for _ in range(3)]
    basket = baskets.apply_offers(basket=reserved(shop, *quoted))
    shown = [line.line_price_incl_tax_incl_discounts for line in basket.all_lines()]
    (row,) = basket.offer_discounts
    assert shown == [Decimal("30.01"), Decimal("30.02"), Decimal("30.01")]
    assert basket.total_incl_tax == sum(shown) == Decimal("90.04")
    assert row["discount"] == Decimal("10.01")


def test_a_voucher_never_alters_the_quote(shop: Shop) -> None:
    basket = reserved(shop)
    basket.vouchers.add(make_voucher())
    assert total(basket) == Decimal("215.99")
    assert [line.quote_row.quote.total for line in basket.all_lines()] == [Decimal("239.99")]


def test_adding_a_quote_to_a_new_basket_with_totals_takes_eighteen_statements_at_most(shop: Shop) -> None:
    reference = quote_for(shop).reference
    with counted() as statements:
        basket = baskets.open_basket(site=shop.site, token="fresh", at=SHOP_TIME)
        quote = quotes.find(shop.site, reference)
        baskets.add_quote(basket=basket, quote=quote, at=SHOP_TIME)
        assert total(basket) == Decimal("239.99")
    assert len(statements) <= 18, "\n".join(statements)


def test_a_first_basket_that_was_rolled_back_forgets_its_key(shop: Shop) -> None:
    get_model("partner", "StockRecord").objects.all().delete()
    basket = get_model("basket", "Basket")()
    basket.strategy = baskets.Selector().strategy(at=SHOP_TIME)
    with pytest.raises(baskets.NotForSale):
        reserve.reserve(site=shop.site, basket=basket, quote=quote_for(shop), starts_at=TOMORROW, at=SHOP_TIME)
    assert basket.pk is None
    assert not Hold.objects.exists()


def test_a_time_can_be_kept_before_any_quote_is_chosen(shop: Shop) -> None:
    basket = baskets.open_basket(site=shop.site, token="early", at=SHOP_TIME)
    hold = reserve.keep_time(site=shop.site, basket=basket, starts_at=TOMORROW, at=SHOP_TIME)
    assert baskets.visit_of(basket).hold == hold  # type: ignore[union-attr]
    baskets.add_quote(basket=basket, quote=quote_for(shop), at=SHOP_TIME)
    assert place(basket).visit.appointment.starts_at == TOMORROW
