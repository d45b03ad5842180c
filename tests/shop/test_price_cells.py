"""A cell of the price table says what somebody wrote, in whatever way they write prices."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.price_admin.cells import Cell, Unreadable, read, write

money = st.decimals(min_value=0, max_value=99_999, places=2)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("", None),
        ("  ", None),
        ("49.99", Cell("fixed", Decimal("49.99"))),
        ("49", Cell("fixed", Decimal("49.00"))),
        ("0", Cell("fixed", Decimal("0.00"))),
        ("£49.5", Cell("fixed", Decimal("49.50"))),
        ("R$ 49,90", Cell("fixed", Decimal("49.90"))),
        ("49,99 EUR", Cell("fixed", Decimal("49.99"))),
        ("1,249.00", Cell("fixed", Decimal("1249.00"))),
        ("1.249,00", Cell("fixed", Decimal("1249.00"))),
        ("1 249", Cell("fixed", Decimal("1249.00"))),
        ("1,249", Cell("fixed", Decimal("1249.00"))),
        ("from 49", Cell("from", Decimal("49.00"))),
        ("FROM £49.50", Cell("from", Decimal("49.50"))),
        ("49-90", Cell("range", Decimal("49.00"), Decimal("90.00"))),
        ("£49 – £90.50", Cell("range", Decimal("49.00"), Decimal("90.50"))),
        ("49 to 90", Cell("range", Decimal("49.00"), Decimal("90.00"))),
        ("On Request", Cell("on_request")),
        ("-", Cell("not_offered")),
        ("–", Cell("not_offered")),
        ("not offered", Cell("not_offered")),
    ],
)
def test_every_way_to_write_a_price_is_read(text: str, cell: Cell | None) -> None:
    assert read(text) == cell


@pytest.mark.parametrize(
    "text",
    [
        "abc", "49.999", "-5", "49-", "90-49", "49-49", "from", "from 10-20", "1e5", "4 9", "£", "NaN", "٤٩",
        "1,24.50", "9" * 12, "49\x00",
    ],
)  # fmt: skip
def test_what_is_no_price_is_refused_in_words(text: str) -> None:
    with pytest.raises(Unreadable) as fault:
        read(text)
    assert len(str(fault.value)) > 10


@given(
    low=money,
    more=st.decimals(min_value="0.01", max_value=999, places=2),
    kind=st.sampled_from(["fixed", "from", "range"]),
)
def test_what_was_written_is_read_back_the_same(low: Decimal, more: Decimal, kind: str) -> None:
    cell = Cell(kind, low, low + more if kind == "range" else None)
    assert read(write(cell)) == cell
