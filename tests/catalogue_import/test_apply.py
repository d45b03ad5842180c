"""Writing a plan, and the command around it."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cms.models import RepairType, Subject
from shop.models import PriceRule, RepairOffer, RepairProduct
from tests.factories import Shop, make_site

PACK = {
    "subjects": [
        {"kind": "family", "slug": "phones", "name": "Phones"},
        {"kind": "category", "slug": "pixel", "name": "Pixel", "parent": "phones"},
        {"kind": "device", "slug": "pixel-7", "name": "Pixel 7", "parent": "pixel", "year": 2022},
    ],
    "repair_types": [{"slug": "glass", "name": "Glass", "subject": "pixel", "minutes": 45}],
    "prices": [{"repair_type": "glass", "subject": "pixel", "currency": "GBP", "price": "150.00"}],
    "rules": [{"name": "Sale", "value": "0.9", "repair_type": "glass", "starts_in_days": -1, "ends_in_days": 5}],
}


@pytest.fixture
def run(tmp_path: Path):
    def call(pack: dict, *flags: str) -> str:
        file, out = tmp_path / "pack.json", StringIO()
        file.write_text(json.dumps(pack))
        call_command("import_catalogue", str(file), *flags, stdout=out)
        return out.getvalue()

    return call


def test_a_pack_becomes_a_catalogue_that_can_be_sold(db: None, run):
    make_site()
    assert "6 written" in run(PACK)
    kind = RepairType.objects.get(slug="glass")
    assert (kind.live, kind.latest_revision is not None, kind.minutes) == (True, True, 45)
    assert Subject.objects.get(slug="pixel-7").parent.slug == "pixel"
    assert RepairOffer.objects.get(repair_type=kind).price == Decimal("150.00")
    rule = PriceRule.objects.get(name="Sale")
    assert (rule.valid_until - rule.valid_from).days == 6
    assert RepairProduct.objects.get(repair_type=kind).product.stockrecords.count() == 1


def test_a_second_import_writes_nothing(db: None, run):
    make_site()
    run(PACK)
    assert "0 to write, 0 written, 6 unchanged" in run(PACK)


def test_a_dry_run_shows_everything_and_writes_nothing(shop: Shop, run):
    before = (Subject.objects.count(), RepairOffer.objects.count())
    said = run(PACK, "--dry-run")
    assert "add subject pixel-7" in said and "0 written" in said
    assert (Subject.objects.count(), RepairOffer.objects.count()) == before


def test_one_bad_row_leaves_everything_as_it_was(shop: Shop, run):
    before = Subject.objects.count()
    broken = {**PACK, "prices": [{**PACK["prices"][0], "subject": "nowhere"}]}
    with pytest.raises(CommandError, match="nowhere"):
        run(broken)
    assert Subject.objects.count() == before
