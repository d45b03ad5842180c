"""Prices and times as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue_import import amounts, durations
from catalogue_import.amounts import Amount, AmountNotReadable

CENTS = st.integers(min_value=1, max_value=99_999_999).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.parametrize(
    ("text", "kind", "price", "top", "currency"),
    [
        ("US$100–230", "range", "100", "230", "USD"),
        ("from £49", "from", "49", None, "GBP"),
        ("ab 49,90 €", "from", "49.90", None, "EUR"),
        ("à partir de 49 €", "from", "49", None, "EUR"),
        ("1.234,56 €", "fixed", "1234.56", None, "EUR"),
        ("1,234.56", "fixed", "1234.56", None, ""),
        ("1 234,5", "fixed", "1234.50", None, ""),
        ("1'234.50 CHF", "fixed", "1234.50", None, "CHF"),
        ("49,-", "fixed", "49", None, ""),
        ("49+", "from", "49", None, ""),
        ("£30 - £50", "range", "30", "50", "GBP"),
        ("９９", "fixed", "99", None, ""),
        ("free", "fixed", "0", None, ""),
        ("od 1 299,00 zł", "from", "1299", None, "PLN"),
        ("1.299 kr. DKK", "fixed", "1299", None, "DKK"),
        ("₹1,29,900", "fixed", "129900", None, "INR"),
        ("₩129,000", "fixed", "129000", None, "KRW"),
        ("£1,299", "fixed", "1299", None, "GBP"),
        ("١٬٢٩٩٫٥٠ ر.س", "fixed", "1299.50", None, "SAR"),
        ("Le 1,250", "fixed", "1250", None, "SLE"),
        ("799:-", "fixed", "799", None, ""),
        ("49.90 incl. VAT", "fixed", "49.90", None, ""),
    ],
)
def test_a_price_is_read_as_it_is_meant(text: str, kind: str, price: str, top: str | None, currency: str):
    found = amounts.read(text)
    assert found is not None
    assert (found.kind, found.price, found.currency) == (kind, Decimal(price), currency)
    assert found.price_max == (Decimal(top) if top else None)


@pytest.mark.parametrize("text", ["", " ", "N/A", "-", "—", "????", "unknown", "n.a.", "null"])
def test_a_blank_is_unknown_and_never_nothing_to_pay(text: str):
    assert amounts.read(text) is None


@pytest.mark.parametrize(
    ("text", "kind"), [("on request", "on_request"), ("POA", "on_request"), ("not possible", "not_offered")]
)
def test_words_instead_of_a_price_say_what_kind_it_is(text: str, kind: str):
    assert amounts.read(text) == Amount(kind)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0", "price is 0"),
        ("0.00", "price is 0"),
        ("-5", "negative"),
        ("(5.00)", "negative"),
        ("NaN5", "not a price"),
        ("1e5", "not a price"),
        ("1.234", "thousands or decimals"),
        ("1.234 €", "thousands or decimals"),
        ("£1.234", "thousands or decimals"),  # the British write a comma there
        ("1.234 KWD", "thousands or decimals"),
        ("9" * 27, "larger than any price"),
        ("12.345", "thousands or decimals"),
        ("9.999,999", "More than two|not a number"),
        ("¥14,500US$149.99", "Two currencies"),
        ("US$649.99(Gold", "not a price"),
        ("99999999999999", "larger than any price"),
        ("50-30", "lower than"),
        ("49.90 ex VAT", "include tax"),
        ("=1+1", "not a price"),
    ],
)
def test_what_can_be_misunderstood_is_refused_in_words(text: str, said: str):
    with pytest.raises(AmountNotReadable, match=said):
        amounts.read(text)


def test_a_known_decimal_mark_settles_what_is_ambiguous():
    assert amounts.number("1.234", ",") == Decimal("1234")
    assert amounts.number("1,234", ".") == Decimal("1234")
    assert amounts.decimal_of(["49,90", "1.234", "99"]) == ","
    assert amounts.decimal_of(["49,90", "49.90"]) == ""
    assert amounts.decimal_of(["499,-", "1.250"]) == ","
    assert amounts.decimal_of(["1.299"]) == ","  # no price has three decimals
    assert (
        amounts.decimal_of(["1.250"]) == amounts.decimal_of(["1.299 KWD"]) == amounts.decimal_of(["1.299"], "KWD") == ""
    )


@given(CENTS)
def test_every_amount_survives_both_ways_of_writing_it(amount: Decimal):
    english = f"{amount:,.2f}"
    german = english.replace(",", " ").replace(".", ",").replace(" ", ".")
    assert amounts.number(english, ".") == amount == amounts.number(german, ",")
    found = amounts.read(f"from £{english}", ".")
    assert found is not None and (found.kind, found.price) == ("from", amount)


@given(st.text(max_size=40))
def test_no_text_ever_breaks_the_reading_of_prices(text: str):
    try:
        found = amounts.read(text)
    except AmountNotReadable:
        return
    assert found is None or found.price is None or Decimal(0) <= found.price <= amounts.LARGEST


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30 minutes to 2 hours", 120), ("1-2 hrs", 120), ("1 hr", 60), ("1h30", 90), ("45 min", 45), ("45", 45), ("90'", 90),
        ("1-2 days", 960), ("same day", 480), ("24 hrs", 480), ("48h", 960), ("1 godz. 30 min", 90), ("٣٠ دقيقة", 30), ("2 Stunden", 120), ("0:45", 45), ("", None), ("N/A", None),
    ],
)  # fmt: skip
def test_a_time_is_its_longer_end_in_minutes_at_the_bench(text: str, minutes: int | None):
    assert durations.minutes_of(text) == minutes


@given(st.text(max_size=30))
def test_no_text_ever_breaks_the_reading_of_times(text: str):
    try:
        found = durations.minutes_of(text)
    except durations.DurationNotReadable:
        return
    assert found is None or 5 <= found <= durations.LONGEST
