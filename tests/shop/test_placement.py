"""An order is born once, whole, or not at all."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from oscar.core.loading import get_model

from notifications.models import Message
from repairs import booking
from repairs.booking import HoldExpired
from repairs.models import Appointment, Hold, Job
from shop import baskets, placement, products, quotes, visit_prices
from shop.models import LedgerEntry, OrderVisit, PriceRule, Quote
from tests.factories import SHOP_TIME, Shop, make_user
from tests.shop.orders import ADA, TOMORROW, make_offer, make_voucher, place, quote_for, reserved
from tests.shop.statements import counted

Order = get_model("order", "Order")
HOME = {
    "name": "Ada Smith",
    "line1": "1 High Street",
    "line2": "",
    "town": "London",
    "postcode": "E1 1AA",
    "country": "GB",
}


def test_an_order_awaits_its_payment_with_visit_job_ledger_and_message(shop: Shop) -> None:
    order = Order.objects.get(pk=place(reserved(shop, quote_for(shop, problem="It fell."))).pk)
    assert order.status == "awaiting-payment"
    assert order.total_incl_tax == Decimal("239.99")
    assert order.number.startswith("M-")
    assert len(order.number) == 10
    assert (order.user, order.guest_email) == (None, "ada@example.com")
    visit = order.visit
    assert (visit.pay_by, visit.release_at) == ("demo", SHOP_TIME + timedelta(minutes=60))
    assert (visit.appointment.state, visit.appointment.starts_at) == ("provisional", TOMORROW)
    assert (visit.contact.name, visit.contact.email) == ("Ada Smith", "ada@example.com")
    job = order.job_rows.get().job
    assert (job.status, job.subject_name, job.problem) == ("booked", "iPhone 8", "It fell.")
    assert job.tasks.get().name == "Screen repair"
    line = order.lines.get()
    assert line.quote_row.quote.redeemed_order == order
    assert line.quote_row.job == job
    assert (line.tax_code, line.line_price_incl_tax) == ("GB-standard", Decimal("239.99"))
    entry = order.ledger.get()
    assert (entry.kind, entry.amount, entry.key) == ("due", Decimal("239.99"), f"due:{order.number}")
    assert order.basket.status == "Submitted"
    assert set(Message.objects.values_list("kind", "channel")) == {("order.placed", "email"), ("order.placed", "sms")}


def test_the_confirmation_carries_the_explained_price_and_the_visit(shop: Shop) -> None:
    place(reserved(shop, quote_for(shop, answers={"condition": "poor", "urgency": "urgent"})))
    told = Message.objects.get(channel="email").context
    assert told["total"] == "£467.98"
    assert [line["amount"] for line in told["lines"]] == ["£199.99", "£40.00", "£71.99", "£156.00"]
    assert "Urgent repair" in told["lines"][-1]["label"]
    assert told["appointment"] == "Tuesday 24 November 2026, 10:00 (GMT)"
    assert "/track/" in told["link"]


def test_paying_in_the_shop_confirms_the_visit_at_once_and_never_releases_it(shop: Shop) -> None:
    visit = place(reserved(shop), pay_by="in_store").visit
    assert visit.release_at is None
    assert visit.appointment.state == "confirmed"


def test_an_order_of_a_member_belongs_to_the_member(shop: Shop) -> None:
    user = make_user()
    order = place(reserved(shop), customer=placement.Customer("Ada", user.email, user=user))
    assert order.user == user
    assert order.visit.contact.user == user


def test_two_repairs_of_one_device_are_one_job_and_another_device_is_another(shop: Shop) -> None:
    order = place(
        reserved(
            shop,
            quote_for(shop),
            quote_for(shop, repair_type=shop.battery),
            quote_for(shop, device=shop.iphone_13),
        )
    )
    jobs = [row.job for row in order.job_rows.order_by("job_id")]
    assert [(job.subject_name, job.tasks.count()) for job in jobs] == [("iPhone 8", 2), ("iPhone 13", 1)]
    assert {job.appointment for job in jobs} == {order.visit.appointment}


def test_a_second_submit_answers_with_the_first_order(shop: Shop) -> None:
    basket = reserved(shop)
    order = place(basket)
    with pytest.raises(placement.AlreadyPlaced) as already:
        place(basket)
    assert already.value.order == order
    assert Order.objects.count() == 1


def test_one_quote_in_two_baskets_is_ordered_once(shop: Shop) -> None:
    quote = quote_for(shop)
    first, second = reserved(shop, quote, token="one"), reserved(shop, quote, token="two")
    place(first)
    with pytest.raises(quotes.QuoteRedeemed):
        place(second)
    assert Order.objects.count() == 1
    assert Hold.objects.filter(state="held").count() == 1


def test_a_total_that_was_not_on_the_screen_is_refused(shop: Shop) -> None:
    basket = reserved(shop)
    with pytest.raises(placement.PriceMoved) as moved:
        place(basket, shown_total=Decimal("200.00"))
    assert moved.value.total == Decimal("239.99")
    assert place(basket, shown_total=Decimal("239.99")).total_incl_tax == Decimal("239.99")


def test_a_quote_that_ran_out_is_refused(shop: Shop) -> None:
    basket = reserved(shop)
    Quote.objects.update(valid_until=SHOP_TIME)
    with pytest.raises(quotes.QuoteExpired):
        place(basket)


def test_a_time_that_somebody_else_took_meanwhile_is_refused(shop: Shop) -> None:
    basket, later = reserved(shop), SHOP_TIME + timedelta(minutes=30)
    for token in ("two", "three"):
        reserved(shop, token=token, at=later)
    with pytest.raises(HoldExpired):
        place(basket, at=later)
    assert Order.objects.count() == 0
    assert baskets.find(site=shop.site, token="a-token", at=later).status == "Open"


def test_a_late_order_is_fine_while_nobody_else_came(shop: Shop) -> None:
    assert place(reserved(shop), at=SHOP_TIME + timedelta(minutes=30)).visit.appointment.starts_at == TOMORROW


def test_without_a_time_there_is_no_order(shop: Shop) -> None:
    basket = baskets.open_basket(site=shop.site, token="no-time", at=SHOP_TIME)
    baskets.add_quote(basket=basket, quote=quote_for(shop), at=SHOP_TIME)
    with pytest.raises(placement.NoTimeChosen):
        place(basket)


def test_an_empty_basket_makes_no_order(shop: Shop) -> None:
    with pytest.raises(placement.BasketEmpty):
        place(baskets.open_basket(site=shop.site, token="empty", at=SHOP_TIME))
    with pytest.raises(placement.BasketEmpty):
        place(get_model("basket", "Basket")())


@pytest.mark.parametrize(
    "who", [placement.Customer("", "a@b.example"), placement.Customer("Ada"), placement.Customer(" ", "", "1")]
)
def test_somebody_we_cannot_reach_cannot_order(shop: Shop, who: placement.Customer) -> None:
    with pytest.raises(placement.ContactNeeded):
        place(reserved(shop), customer=who)


def test_an_unknown_way_to_pay_or_to_hand_over_is_refused(shop: Shop) -> None:
    basket = reserved(shop)
    with pytest.raises(placement.WayToPayNotOffered):
        place(basket, pay_by="barter")
    with pytest.raises(placement.ShippingNotOffered):
        place(basket, shipping_code="pigeon")


def test_sending_it_costs_its_charge_and_needs_an_address(shop: Shop) -> None:
    products.delivery_country("GB")
    basket = reserved(shop)
    with pytest.raises(placement.AddressNeeded):
        place(basket, shipping_code="courier")
    with pytest.raises(placement.AddressNeeded):
        place(basket, shipping_code="courier", address=HOME | {"country": "XX"})
    order = place(basket, shipping_code="courier", address=HOME)
    assert (order.total_incl_tax, order.shipping_incl_tax) == (Decimal("251.99"), Decimal("12.00"))
    assert (order.shipping_address.line4, order.shipping_address.postcode) == ("London", "E1 1AA")
    assert order.shipping_tax_code == "GB-standard"


def test_a_late_failure_leaves_everything_free(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    basket = reserved(shop)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the last step fails")

    monkeypatch.setattr(placement.followups, "after", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        place(basket)
    assert not Order.objects.exists()
    assert not Job.objects.exists()
    assert not Appointment.objects.exists()
    assert not LedgerEntry.objects.exists()
    assert not OrderVisit.objects.exists()
    assert not Quote.objects.exclude(redeemed_order=None).exists()
    monkeypatch.undo()
    assert place(baskets.find(site=shop.site, token="a-token", at=SHOP_TIME)).status == "awaiting-payment"


def test_a_voucher_and_an_offer_reach_the_order_and_the_ledger(shop: Shop) -> None:
    make_offer(percent="5", least=2)
    basket = reserved(shop, quote_for(shop), quote_for(shop, device=shop.iphone_13))
    voucher = make_voucher()
    basket.vouchers.add(voucher)
    order = place(basket)
    assert order.discounts.count() == 2
    off = sum(row.amount for row in order.discounts.all())
    assert order.total_incl_tax == Decimal("439.98") - off
    assert order.ledger.get().amount == order.total_incl_tax
    assert sum(line.line_price_incl_tax for line in order.lines.all()) == order.total_incl_tax
    assert voucher.applications.filter(order=order).count() == 1


def test_a_voucher_over_everything_makes_an_order_of_zero(shop: Shop) -> None:
    basket = reserved(shop)
    basket.vouchers.add(make_voucher(percent="100"))
    order = place(basket, shown_total=Decimal("0.00"))
    assert (order.total_incl_tax, order.ledger.get().amount, order.status) == (0, 0, "awaiting-payment")


def test_a_used_up_voucher_moves_the_price_and_then_lets_the_order_through(shop: Shop) -> None:
    voucher = make_voucher(usage="Single use")
    first, second = reserved(shop, token="one"), reserved(shop, token="two")
    for basket in (first, second):
        basket.vouchers.add(voucher)
    place(first, shown_total=Decimal("215.99"))
    with pytest.raises(placement.PriceMoved):
        place(second, shown_total=Decimal("215.99"))
    order = place(second, shown_total=Decimal("239.99"))
    assert order.discounts.count() == 0
    assert voucher.applications.count() == 1


def test_a_note_is_kept_with_the_order(shop: Shop) -> None:
    assert place(reserved(shop), notes="Ring twice.").notes.get().message == "Ring twice."


def test_the_token_that_placed_an_order_may_read_it(shop: Shop) -> None:
    assert place(reserved(shop)).visit.token_hash == baskets.hash_token("a-token")


def test_the_appointment_of_an_order_blocks_its_time(shop: Shop) -> None:
    place(reserved(shop, token="one"))
    place(reserved(shop, token="two"))
    with pytest.raises(booking.SlotTaken):
        reserved(shop, token="three")


def test_placing_an_order_takes_38_statements_at_most(shop: Shop) -> None:
    reserved(shop)
    basket = baskets.find(site=shop.site, token="a-token", at=SHOP_TIME)
    with counted() as statements:
        place(basket, customer=ADA, shown_total=Decimal("239.99"))
    assert len(statements) <= 38, "\n".join(statements)


@pytest.mark.parametrize(("rule", "taken", "refused"), [("advance", "demo", "in_store"), ("later", "in_store", "demo")])
def test_a_shop_decides_when_its_customers_pay(shop: Shop, rule: str, taken: str, refused: str) -> None:
    shop.site.shop.payment = rule
    shop.site.shop.save()
    with pytest.raises(placement.WayToPayNotOffered):
        place(reserved(shop), pay_by=refused)
    assert place(reserved(shop, token="another"), pay_by=taken).visit.pay_by == taken


def test_who_stands_at_the_counter_pays_there_whatever_the_shop_asks_of_bookings(shop: Shop) -> None:
    shop.site.shop.payment = "advance"
    shop.site.shop.save()
    assert place(reserved(shop), pay_by="in_store", walk_in=True).visit.pay_by == "in_store"


def test_a_price_for_another_time_than_the_held_one_buys_nothing_until_it_follows(shop: Shop) -> None:
    PriceRule.objects.create(
        site=shop.site, name="That day", effect="add", value=10, weekdays=[TOMORROW.weekday()], priority=90
    )
    basket = reserved(shop)  # a price that was given before any time was chosen
    with pytest.raises(placement.TimeMovesPrice):
        place(basket)
    (moved,) = visit_prices.follow(site=shop.site, basket=basket, starts_at=TOMORROW, at=SHOP_TIME)
    assert moved.amount == Decimal("10.00")
    assert place(baskets.find(site=shop.site, token="a-token", at=SHOP_TIME)).total_incl_tax == Decimal("249.99")


def test_a_rule_about_other_days_stands_in_no_orders_way(shop: Shop) -> None:
    PriceRule.objects.create(
        site=shop.site, name="Another day", effect="add", value=10, weekdays=[(TOMORROW.weekday() + 1) % 7]
    )
    assert place(reserved(shop)).total_incl_tax == Decimal("239.99")
