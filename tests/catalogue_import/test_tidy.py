"""Reading our own format."""

from decimal import Decimal
from pathlib import Path

import pytest

from catalogue_import.rows import RowNotReadable
from catalogue_import.sources import tidy


@pytest.fixture
def file(tmp_path: Path):
    def write(text: str, name: str = "pack.json", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_a_pack_is_read_to_the_cent(file):
    pack = tidy.read(
        file(
            """{"repair_types": [{"slug": "gel", "name": "Gel nails", "minutes": 45}],
            "rules": [{"name": "Quiet days", "value": "0.9", "weekdays": [0, 1, 2]}, {"name": "At home", "effect": "add", "value": 15}],
            "add_ons": [{"slug": "nail-art", "name": "Nail art", "price": "12.00"}]}"""
        )
    )
    assert [(row.slug, row.minutes) for row in pack.repair_types] == [("gel", 45)]
    assert [(rule.effect, rule.value) for rule in pack.rules] == [("multiply", Decimal("0.9")), ("add", Decimal(15))]
    assert pack.rules[0].weekdays == (0, 1, 2)
    assert {row.slug: row.price for row in pack.add_ons} == {"nail-art": Decimal("12.00")}


def test_a_csv_with_children_before_parents_comes_out_parents_first(file):
    text = "kind,slug,name,parent,year\ndevice,a,A,c,2020\ncategory,c,C,f,\nfamily,f,F,,\n"
    pack = tidy.read(file("\ufeff" + text, "devices.csv"))
    assert [row.kind for row in pack.subjects] == ["family", "category", "device"]
    assert pack.subjects[2].year == 2020


def test_a_factor_keeps_every_digit_of_a_json_number(file):
    assert tidy.read(file('{"rules": [{"name": "x", "value": 1.1}]}')).rules[0].value == Decimal("1.1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "one object of lists"),
        ('{"things": []}', "things"),
        ('{"subjects": [3]}', r"subjects\[0\]: this is not an object"),
        ('{"subjects": [{"kind": "device"}]}', "required column"),
        ('{"subjects": [{"kind": "gadget", "slug": "a", "name": "A"}]}', "gadget"),
        ('{"subjects": [{"kind": "device", "slug": "a", "name": "A", "colour": "red"}]}', "colour"),
        ('{"subjects": [{"kind": "device", "slug": "a", "name": "A", "year": "new"}]}', "year is 'new'"),
        ('{"prices": [{"repair_type": "a", "subject": "b", "currency": "GBP", "price": "-1"}]}', "not negative"),
        ('{"prices": [{"repair_type": "a", "subject": "b", "currency": "GBP", "price": "NaN"}]}', "price is 'NaN'"),
    ],
)
def test_what_cannot_be_understood_is_named_with_its_place(file, text: str, said: str):
    with pytest.raises(RowNotReadable, match=said):
        tidy.read(file(text))


def test_a_row_with_too_many_cells_is_named_by_its_line(file):
    with pytest.raises(RowNotReadable, match="line 3"):
        tidy.read(file("kind,slug,name\nfamily,f,F\nfamily,g,G,extra\n", "x.csv"))


def test_a_file_in_another_encoding_or_format_is_refused(file):
    with pytest.raises(RowNotReadable, match="UTF-8"):
        tidy.read(file("kind,slug,name\nfamily,f,Portégé\n", "x.csv", "cp1252"))
    with pytest.raises(RowNotReadable, match="neither"):
        tidy.read(file("", "x.xlsx"))
