"""A pack's catalogue: what catalogue.json and the tables beside it say, written as one import."""

import csv
from dataclasses import replace
from datetime import datetime

from wagtail.models import Site

from catalogue_import.apply import apply
from catalogue_import.found import rows_found
from catalogue_import.plan import build
from catalogue_import.rows import Pack as Rows
from catalogue_import.rows import PriceRow, Row, SubjectRow
from catalogue_import.sources import tidy
from cms.locales import default_locale
from cms.models import CommonIssue, RepairType, Subject
from cms.versions import Scope, bump
from site_config.demo.packs import Pack


def rows_of(pack: Pack) -> Rows:
    """Everything to import. Raises RowNotReadable."""
    found = tidy.read(pack.folder / "catalogue.json")
    devices = [row for row in _table(pack, "devices.csv", "subjects") if isinstance(row, SubjectRow)]
    prices = [row for row in _table(pack, "prices.csv", "prices") if isinstance(row, PriceRow)]
    return replace(found, subjects=(*found.subjects, *devices), prices=(*found.prices, *prices))


def _table(pack: Pack, name: str, kind: str) -> list[Row]:
    """The rows of a table of the pack; none where it has no such table."""
    path = pack.folder / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [tidy.of_record(kind, number, row).row() for number, row in enumerate(csv.DictReader(file), start=2)]


def make_catalogue(*, site: Site, pack: Pack, at: datetime) -> None:
    """Write devices, repairs, prices, rules and what goes wrong with things."""
    apply(plan=build(pack=rows_of(pack), found=rows_found(site=site)), site=site, at=at)
    make_issues(pack=pack, at=at)


def make_issues(*, pack: Pack, at: datetime) -> int:
    """Write what goes wrong, published, from issues.csv where the pack has one. Returns how many."""
    path = pack.folder / "issues.csv"
    if not path.exists():
        return 0
    locale = default_locale()
    subjects = dict(Subject.objects.values_list("slug", "pk"))
    repairs = dict(RepairType.objects.filter(locale=locale).values_list("slug", "pk"))
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            CommonIssue(
                locale=locale,
                subject_id=subjects[row["subject"]],
                phrase=row["phrase"],
                advice=row["advice"],
                repair_type_id=repairs[row["repair_type"]] if row["repair_type"] else None,
                sort_order=int(row["sort_order"] or 0),
                live=True,
                first_published_at=at,
                last_published_at=at,
            )
            for row in csv.DictReader(file)
        ]
    CommonIssue.objects.bulk_create(rows)
    bump(Scope.CONTENT)
    return len(rows)
