"""Card numbers in free text are masked before they are stored or logged; other long numbers stay."""

import logging
import random
from typing import Any

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from notifications.card_numbers import MaskedFormatter, holds_one, luhn, mask, mask_all
from notifications.masked_fields import MaskedCharField, MaskedJSONField, MaskedTextField
from notifications.models import Contact, Message
from tests.factories import SHOP_TIME, make_contact

CARDS = [  # the issuers' own test numbers
    "4242424242424242",
    "4000056655665556",
    "4222222222222",
    "4000000000000000006",
    "5555555555554444",
    "2223003122003222",
    "2720990000000007",
    "378282246310005",
    "341111111111111",
    "6011111111111117",
    "6445644564456445",
    "3056930009020004",
    "36227206271667",
    "3566002020360505",
    "6200000000000005",
    "6205500000000000004",
    "5018000000000009",
    "6759649826438453",
]
SEPARATORS = [" ", "-", ".", "\u00a0", "  ", "\n", " - "[1:], "·"]


def check_digit(digits: str) -> str:
    return next(digits + last for last in "0123456789" if luhn(digits + last))


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("separator", ["", *SEPARATORS])
def test_a_card_number_keeps_its_last_four_digits_only(card: str, separator: str) -> None:
    fours = separator.join(card[at : at + 4] for at in range(0, len(card), 4))
    said = f"My card is {fours}, valid until 12/28, code 123."
    assert mask(said) == f"My card is •••• {card[-4:]}, valid until 12/28, code 123."
    assert holds_one(said) and not holds_one(mask(said))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("3782 822463 10005", "•••• 0005"),
        ("3622 720627 1667", "•••• 1667"),
        ("4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2", "•••• 4242"),
        ("42424242 42424242", "•••• 4242"),
        ("4242 4242 4242 4242 123", "•••• 4242 123"),
        ("4242424242424242 12/28 123", "•••• 4242 12/28 123"),
        ("card:4242424242424242;", "card:•••• 4242;"),
        ("Call 020 7946 0958 or 4242 4242 4242 4242", "Call 020 7946 0958 or •••• 4242"),
        ("4242424242424242, 5555 5555 5555 4444", "•••• 4242, •••• 4444"),
        ("4242424242424242 5555555555554444", "•••• 4242 •••• 4444"),
        ("４２４２ ４２４２ ４２４２ ４２４２", "•••• ４２４２"),
    ],
)
def test_however_it_is_written(said: str, kept: str) -> None:
    assert mask(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "IMEI 356938035643809",
        "IMEI 35-693803-564380-9, bought 2024",
        "356938035643809 2024",
        "356938035643809 490154203237518",
        "+44 7700 900123",
        "+4917612345678",
        "+4222222222222",
        "4917612345678",
        "0044 7700 900123 and 020 7946 0958",
        "(11) 98765-4321, CPF 123.456.789-09, CNPJ 12.345.678/0001-95",
        "Order MW-1001 of 2026-11-23 10:00, £467.98",
        "1Z999AA10123456784 and JD014600003283123456 and RR123456785GB",
        "00340434161094042557",
        "9400111899223197428490",
        "4242424242424241",
        "1234567890123456",
        "0000000000000000",
        "4242 4242 4242 4242 4242 4241"[:14],
        "file4242424242424242name",
        "",
        "•••• 4242",
        "•••• 4242 4242 4242 4242",
    ],
)
def test_other_numbers_stay(said: str) -> None:
    assert mask(said) == said


def test_no_imei_of_any_maker_is_taken_for_a_card() -> None:
    """The first two digits of an IMEI name who registered it; none of these bodies has 34 or 37."""
    chance = random.Random(7)
    for body in ("01", "10", "30", "33", "35", "44", "45", "49", "50", "51", "52", "53", "54", "86", "91", "98", "99"):
        for _ in range(300):
            imei = check_digit(body + "".join(chance.choices("0123456789", k=12)))
            spoken = f"{imei[:2]}-{imei[2:8]}-{imei[8:14]}-{imei[14]}"
            for said in (imei, spoken, f"IMEI: {imei}, {spoken}"):
                assert mask(said) == said


def test_of_numbers_that_only_begin_like_a_card_about_one_in_ten_is_masked() -> None:
    chance = random.Random(7)
    numbers = ["4" + "".join(chance.choices("0123456789", k=15)) for _ in range(3000)]
    assert 0.07 < sum(map(holds_one, numbers)) / len(numbers) < 0.13


@given(
    st.sampled_from(["4", "51", "2221", "6011", "3528"]),
    st.text("0123456789", min_size=15, max_size=15),
    st.text("abc,;:\n ", max_size=8),
    st.sampled_from(["", *SEPARATORS]),
    st.text(max_size=20),
)
def test_any_card_in_any_words_is_gone_and_a_second_time_changes_nothing(
    start: str, rest: str, before: str, separator: str, after: str
) -> None:
    card = check_digit((start + rest)[:15])
    written = separator.join(card[at : at + 4] for at in range(0, 16, 4))
    masked = mask(f"{before}: {written}; {after}")
    assert written not in masked and card not in masked
    assert masked.startswith(f"{before}: •••• {card[-4:]}; ")
    assert mask(masked) == masked


@given(st.text("0123456789 -.•", max_size=80))
def test_masking_again_changes_nothing_and_nothing_gets_longer(said: str) -> None:
    assert mask(mask(said)) == mask(said)
    assert len(mask(said)) <= len(said)


def test_lists_and_names_are_masked_and_other_values_stay() -> None:
    said = {"problem": ["4242 4242 4242 4242"], "4242424242424242": None, "n": 4, "deep": ({"x": True},)}
    assert mask_all(said) == {"problem": ["•••• 4242"], "•••• 4242": None, "n": 4, "deep": [{"x": True}]}


def test_a_line_of_the_log_and_its_traceback_have_no_card_number(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("4242 4242 4242 4242")
    except ValueError:
        with caplog.at_level(logging.WARNING):
            logging.getLogger("x").exception("Searched for %s", "5555555555554444")
    line = MaskedFormatter("%(message)s").format(caplog.records[-1])
    assert "•••• 4444" in line and "ValueError: •••• 4242" in line and "5555 4444" not in line


def test_the_lines_of_the_log_are_written_by_it(settings: Any) -> None:
    for handler in settings.LOGGING["handlers"].values():
        made_by = settings.LOGGING["formatters"][handler["formatter"]]["()"]
        assert made_by == "notifications.card_numbers.MaskedFormatter"


@pytest.mark.parametrize(
    ("masked", "stock"),
    [(MaskedCharField, models.CharField), (MaskedTextField, models.TextField), (MaskedJSONField, models.JSONField)],
)
def test_to_migrations_a_masked_field_is_djangos(masked: Any, stock: Any) -> None:
    given = {"max_length": 40} if stock is models.CharField else {}
    assert masked(**given).deconstruct()[1:] == stock(**given).deconstruct()[1:]


@pytest.mark.django_db
def test_every_way_into_the_database_masks(shop: Any) -> None:
    said, kept = "4242 4242 4242 4242", "•••• 4242"
    contact = make_contact(shop.site)
    contact.name = said
    contact.save()
    assert contact.name == kept
    Contact.objects.filter(pk=contact.pk).update(name=f"Ada {said}")
    contact.refresh_from_db()
    assert contact.name == f"Ada {kept}"
    shared = {"site": shop.site, "contact": contact, "kind": "job.ready", "channel": "email", "send_after": SHOP_TIME}
    [row] = Message.objects.bulk_create([
        Message(**shared, dedupe_key="a", context={"note": [said]}, text=said, to="a@example.com", created_at=SHOP_TIME)
    ])  # fmt: skip
    row.refresh_from_db()
    assert (row.context, row.text) == ({"note": [kept]}, kept)
    Message.objects.filter(pk=row.pk).update(context={"more": said})
    row.refresh_from_db()
    assert row.context == {"more": kept}
