"""Offers and vouchers that an owner makes in the dashboard reach basket, charge and order as they say."""

from datetime import timedelta
from decimal import Decimal

from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer, Range

from shop import baskets, products
from shop.placement import Customer
from tests.factories import SHOP_TIME, Shop, make_user
from tests.shop.orders import make_offer, make_voucher, place, quote_for, reserved

HOME = {"name": "Ada", "line1": "1 High Street", "town": "London", "postcode": "E1 1AA", "country": "GB"}


def free_collection() -> ConditionalOffer:
    everything = Range.objects.create(name="All", includes_all_products=True)
    return ConditionalOffer.objects.create(
        name="Free collection",
        condition=Condition.objects.create(range=everything, type=Condition.COUNT, value=1),
        benefit=Benefit.objects.create(type=Benefit.SHIPPING_PERCENTAGE, value=100),
    )


def test_an_offer_from_two_repairs_on_waits_for_the_second(shop: Shop) -> None:
    make_offer(percent="5", least=2)
    one = baskets.apply_offers(basket=reserved(shop))
    assert one.total_incl_tax == Decimal("239.99")
    two = baskets.apply_offers(basket=reserved(shop, quote_for(shop, device=shop.iphone_13)))
    assert two.total_incl_tax == Decimal("417.98")


def test_a_closed_offer_takes_nothing_off(shop: Shop) -> None:
    make_offer(percent="5", status=ConditionalOffer.SUSPENDED)
    assert baskets.apply_offers(basket=reserved(shop)).total_incl_tax == Decimal("239.99")


def test_free_collection_takes_the_charge_off_and_still_needs_the_address(shop: Shop) -> None:
    products.delivery_country("GB")
    free_collection()
    order = place(reserved(shop), shipping_code="courier", address=HOME)
    assert (order.total_incl_tax, order.shipping_incl_tax) == (Decimal("239.99"), Decimal("0.00"))
    assert order.shipping_address.postcode == "E1 1AA"
    (row,) = order.discounts.all()
    assert (row.category, row.amount) == ("Shipping", Decimal("12.00"))


def test_a_voucher_once_per_customer_is_for_members_once(shop: Shop) -> None:
    voucher, user = make_voucher(usage="Once per customer"), make_user()
    for token, total in (("one", "215.99"), ("two", "239.99")):
        basket = reserved(shop, token=token)
        basket.vouchers.add(voucher)
        member = Customer("Ada Smith", "ada@example.com", user=user)
        assert place(basket, customer=member).total_incl_tax == Decimal(total)
    guest = reserved(shop, token="guest", starts_at=SHOP_TIME + timedelta(days=2))
    guest.vouchers.add(voucher)
    assert place(guest).total_incl_tax == Decimal("239.99")


def test_discounts_of_an_order_add_up_to_the_penny_over_its_lines(shop: Shop) -> None:
    make_offer(percent="10")
    basket = reserved(
        shop, *[quote_for(shop, device=device) for device in (shop.iphone_8, shop.iphone_12, shop.iphone_13)]
    )
    order = place(basket)
    rows = sum(row.amount for row in order.discounts.all())
    lines = sum(line.line_price_incl_tax for line in order.lines.all())
    before = sum(line.line_price_before_discounts_incl_tax for line in order.lines.all())
    assert before - rows == lines == order.total_incl_tax


def test_a_discount_is_a_line_of_its_own_in_the_confirmation(shop: Shop) -> None:
    make_offer(percent="10")
    order = place(reserved(shop))
    told = order.visit.contact.messages.filter(channel="email").get().context
    assert told["lines"][-1] == {"label": "Discount", "amount": "−£24.00"}
    assert told["total"] == "£215.99"
