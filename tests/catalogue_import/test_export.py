"""What leaves comes back unchanged, and never as a formula."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from catalogue_import import runs
from catalogue_import.export import FORMULA, export, neutral
from catalogue_import.reading.encodings import clean
from catalogue_import.reading.facts import Facts
from cms.models import Subject
from shop.models import RepairOffer
from tests.factories import SHOP_TIME, Shop

NASTY = ("=HYPERLINK(1)", "+cmd", "-2+3", "@SUM(A1)", "'=quoted", "1&1 &amp; Co")


@pytest.fixture
def nasty(shop: Shop) -> Shop:
    for number, name in enumerate(NASTY):
        Subject.objects.create(
            kind="device",
            name=name,
            slug=f"nasty-{number}",
            parent=shop.iphone,
            live=True,
            specifications={"chip": "=A1"},
        )
    RepairOffer.objects.create(
        site=shop.site,
        repair_type=shop.port,
        subject=shop.iphone_8,
        kind="on_request",
        currency="EUR",
        part_grade="original",
    )
    RepairOffer.objects.create(
        site=shop.site,
        repair_type=shop.port,
        subject=None,
        kind="range",
        price=Decimal("10.50"),
        price_max=Decimal(20),
        minutes=30,
    )
    return shop


@pytest.mark.parametrize(
    ("kind", "what"), [("csv", "prices"), ("csv", "devices"), ("xlsx", "prices"), ("xlsx", "devices"), ("json", "all")]
)
def test_an_export_read_back_changes_nothing(nasty: Shop, kind: str, what: str):
    out = io.BytesIO()
    count = export(site=nasty.site, kind=kind, what=what, out=out)
    out.seek(0)
    run = runs.start(file=out, name=f"x.{kind}", site=nasty.site, at=SHOP_TIME)
    runs.plan(run, at=SHOP_TIME)
    assert run.source == "pack"
    assert run.counts == {"rows": count, "unchanged": count}, list(
        run.lines.values("outcome", "title", "words", "old", "new")
    )


def test_a_changed_cell_of_an_export_is_the_only_change(nasty: Shop):
    out = io.BytesIO()
    export(site=nasty.site, kind="csv", what="prices", out=out)
    run = runs.start(
        file=io.BytesIO(out.getvalue().replace(b"199.99", b"189.99")), name="x.csv", site=nasty.site, at=SHOP_TIME
    )
    runs.plan(run, at=SHOP_TIME)
    line = run.lines.get()
    assert (line.old, line.new) == ({"price": "199.99"}, {"price": "189.99"})


def test_no_exported_cell_is_a_formula(nasty: Shop):
    out, book = io.BytesIO(), io.BytesIO()
    export(site=nasty.site, kind="csv", what="devices", out=out)
    export(site=nasty.site, kind="xlsx", what="devices", out=book)
    cells = [cell for row in csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"))) for cell in row]
    sheet = load_workbook(book).active
    assert sheet is not None
    assert len(cells) > 50 and not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


@given(st.text(max_size=30))
def test_neutralising_is_undone_by_reading(text: str):
    facts = Facts(own=True)
    assert clean(neutral(text), facts) == (text if not FORMULA.match(text) or text[:1] != "'" else text)
    assert neutral(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")
