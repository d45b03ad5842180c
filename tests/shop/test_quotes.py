"""A quote is a promise: what was said stays, and is said only about what is offered."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from cms.versions import Scope, bump
from repairs import booking
from shop import price_snapshots, quotes
from shop.models import AddOn, PriceRule, Quote, RepairOffer, SiteShop, TaxRate
from tests.factories import SHOP_TIME, Shop
from tests.shop.orders import place, reserved
from tests.shop.statements import counted

WORST = {"condition": "poor", "urgency": "urgent"}


def issue(shop: Shop, **more: object) -> Quote:
    wish = {"device": shop.iphone_8, "repair_type": shop.screen, "answers": WORST, "at": SHOP_TIME} | more
    return quotes.issue(site=shop.site, **wish)  # type: ignore[arg-type]


def test_a_quote_freezes_the_worked_price_with_its_reasons(shop: Shop) -> None:
    quote = issue(shop)
    quote.refresh_from_db()
    assert quote.total == Decimal("467.98")
    assert [(line["name"], line["factor"], line["amount"]) for line in quote.lines] == [
        ("Screen repair", None, "199.99"),
        ("Older device", "1.2", "40.00"),
        ("Poor condition", "1.3", "71.99"),
        ("Urgent repair", "1.5", "156.00"),
    ]
    assert quote.answers == {"condition": "poor", "urgency": "urgent", "service_type": "in_store"}
    assert quote.valid_until == SHOP_TIME + timedelta(days=30)
    assert (quote.subject_name, quote.repair_name, quote.minutes) == ("iPhone 8", "Screen repair", 60)


def test_a_quote_keeps_its_price_when_prices_change(shop: Shop) -> None:
    quote = issue(shop)
    RepairOffer.objects.filter(repair_type=shop.screen).update(price=Decimal("500.00"))
    PriceRule.objects.all().delete()
    quote.refresh_from_db()
    assert quote.total == Decimal("467.98")
    assert issue(shop).total == Decimal("500.00")


def test_a_quote_notes_the_version_of_prices_it_was_built_from(shop: Shop) -> None:
    before = issue(shop).prices_version
    bump(Scope.PRICES, site_id=shop.site.pk)
    assert issue(shop).prices_version == before + 1


def test_the_price_on_the_nearest_node_wins(shop: Shop) -> None:
    RepairOffer.objects.create(site=shop.site, repair_type=shop.screen, subject=shop.phones, price=Decimal("10.00"))
    assert issue(shop, device=shop.iphone_13, answers={}).total == Decimal("199.99")
    RepairOffer.objects.create(site=shop.site, repair_type=shop.screen, subject=shop.iphone_13, price=Decimal("20.00"))
    assert issue(shop, device=shop.iphone_13, answers={}).total == Decimal("20.00")


def test_a_repair_without_a_price_is_not_offered(shop: Shop) -> None:
    RepairOffer.objects.filter(repair_type=shop.screen).update(active=False)
    with pytest.raises(quotes.NotOffered):
        issue(shop)


def test_a_repair_that_was_taken_off_the_site_is_not_offered(shop: Shop) -> None:
    shop.screen.live = False
    shop.screen.save()
    with pytest.raises(quotes.NotOffered):
        issue(shop)


def test_a_repair_of_one_category_is_not_offered_without_a_device(shop: Shop) -> None:
    with pytest.raises(quotes.NotOffered):
        issue(shop, device=None)


@pytest.mark.parametrize("answers", [{"condition": "shiny"}, {"colour": "red"}, {"urgency": ["urgent"]}])
def test_an_answer_that_is_not_asked_for_is_refused(shop: Shop, answers: dict) -> None:
    with pytest.raises(quotes.AnswerNotKnown):
        issue(shop, answers=answers)


def test_a_quote_is_usable_until_its_last_moment_and_once(shop: Shop) -> None:
    quote = issue(shop)
    assert quotes.usable(quote, quote.valid_until - timedelta(seconds=1))
    assert not quotes.usable(quote, quote.valid_until)
    with pytest.raises(quotes.QuoteExpired):
        quotes.check(quote, quote.valid_until)


def test_a_quote_is_found_by_its_reference_on_its_own_site_only(shop: Shop) -> None:
    quote = issue(shop)
    assert quotes.find(shop.site, quote.reference.lower()) == quote
    with pytest.raises(quotes.QuoteNotFound):
        quotes.find(shop.site, "Q-NOTHING")


def test_issuing_a_quote_takes_six_statements_at_most(shop: Shop) -> None:
    device = type(shop.iphone_8).objects.select_related("parent").get(pk=shop.iphone_8.pk)
    with counted() as statements:
        issue(shop, device=device)
    assert len(statements) <= 6, "\n".join(statements)


def test_a_quote_is_replayed_to_the_penny_after_everything_it_was_made_of_is_gone(shop: Shop) -> None:
    glass = AddOn.objects.create(site=shop.site, name="Glass", slug="glass", price=Decimal("9.99"))
    RepairOffer.objects.filter(repair_type=shop.screen).update(kind="range", price_max=Decimal("249.99"))
    PriceRule.objects.create(
        site=shop.site, name="Saturday", effect="add", value=Decimal("10"), weekdays=[5], priority=9, visit_from=time(9)
    )
    quote = issue(shop, add_ons=["glass"], visit_at=datetime(2026, 11, 28, 10, 0, tzinfo=UTC))
    RepairOffer.objects.all().delete()
    PriceRule.objects.exclude(name="Saturday").delete()
    PriceRule.objects.update(value=Decimal("99"), effect="set")
    glass.delete()
    TaxRate.objects.update(rate=Decimal("0.05"))
    SiteShop.objects.update(tax_code="BR-other", tax_name="ISS", unknown_year=1999)
    kept = Quote.objects.get(pk=quote.pk)
    again = price_snapshots.replay(kept.snapshot)
    assert price_snapshots.frozen(again) == {name: getattr(kept, name) for name in price_snapshots.frozen(again)}
    assert (again.total, again.kind, again.maximum) == (Decimal("487.97"), "range", Decimal("604.97"))
    assert [rule.name for rule in again.fired] == ["Older device", "Poor condition", "Urgent repair", "Saturday"]


def test_a_range_that_a_rule_brings_to_one_figure_is_a_fixed_price(shop: Shop) -> None:
    RepairOffer.objects.filter(repair_type=shop.screen).update(kind="range", price_max=Decimal("249.99"))
    PriceRule.objects.create(site=shop.site, name="One price", effect="set", value=Decimal("150"), priority=9)
    quote = issue(shop)
    assert (quote.total, quote.kind, quote.maximum) == (Decimal("150.00"), "fixed", None)


def test_a_rate_of_tax_holds_from_its_day_on(shop: Shop) -> None:
    TaxRate.objects.create(code="GB-standard", rate=Decimal("0.25"), valid_from=SHOP_TIME.date() + timedelta(days=1))
    assert issue(shop).tax == Decimal("78.00")
    later = issue(shop, at=SHOP_TIME + timedelta(days=1))
    assert (later.tax, later.tax_rate) == (Decimal("93.60"), Decimal("0.25"))


DAYS_30 = timedelta(days=30)


@pytest.mark.parametrize(
    ("left", "good"), [(timedelta(hours=1), True), (timedelta(microseconds=1), True), (timedelta(0), False)]
)
@pytest.mark.parametrize(
    "issued", [SHOP_TIME, datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2027, 3, 20, 12, tzinfo=UTC)]
)
def test_a_price_holds_for_thirty_whole_days_also_when_the_clocks_change(
    shop: Shop, issued: datetime, left: timedelta, good: bool
) -> None:
    quote, at = issue(shop, at=issued), issued + DAYS_30 - left
    assert quotes.usable(quote, at) is good
    if good:
        assert place(reserved(shop, quote, starts_at=starts(shop, at), at=at), at=at).total_incl_tax == quote.total
    else:
        with pytest.raises(quotes.QuoteExpired):
            quotes.check(quote, at)


def starts(shop: Shop, at: datetime) -> datetime:
    return booking.free_starts(site=shop.site, at=at, first_date=at.date() + timedelta(days=1), days=7)[0]


def test_a_price_that_outlives_a_change_of_tax_keeps_its_own(shop: Shop) -> None:
    quote = issue(shop, answers={})
    TaxRate.objects.create(code="GB-standard", rate=Decimal("0.25"), valid_from=(SHOP_TIME + timedelta(days=10)).date())
    later = SHOP_TIME + timedelta(days=29, hours=23)
    order = place(reserved(shop, quote, starts_at=starts(shop, later), at=later), at=later)
    assert (order.total_incl_tax, order.total_tax) == (Decimal("239.99"), Decimal("40.00"))
    fresh = issue(shop, answers={}, at=later)
    assert (fresh.total, fresh.tax) == (Decimal("239.99"), Decimal("48.00"))


def test_prices_are_worked_out_again_after_all_that_they_were_made_of_is_gone(shop: Shop) -> None:
    glass = AddOn.objects.create(site=shop.site, name="Glass", slug="glass", price=Decimal("9.99"))
    PriceRule.objects.create(site=shop.site, name="Weekend", effect="add", value=10, weekdays=[5, 6], priority=9)
    saturday = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
    wish = {"add_ons": ["glass"], "visit_at": saturday}
    given = [issue(shop, **wish), issue(shop, device=shop.iphone_13, repair_type=shop.battery, answers={})]
    for rows in (PriceRule, RepairOffer, TaxRate):
        rows.objects.all().delete()  # type: ignore[attr-defined]
    glass.delete()
    SiteShop.objects.update(unknown_year=1990, tax_name="GST")
    for quote in given:
        quote.refresh_from_db()
        again = price_snapshots.replay(quote.snapshot)
        assert (again.total, again.tax, again.tax_name) == (quote.total, quote.tax, "VAT")
        assert price_snapshots.frozen(again)["lines"] == quote.lines
