"""Writing rows into the catalogue, hundreds at a time. Whoever calls it opens the transaction: all of it or nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from catalogue_import import bulk
from catalogue_import.found import PRICE, Finder
from catalogue_import.plan import Plan, key_of
from catalogue_import.rows import AddOnRow, PriceRow, RepairTypeRow, Row, RuleRow, SubjectRow, lines_of
from cms import publishing
from cms.locales import default_locale
from cms.models import CommonIssue, RepairType, Subject
from cms.sites import Site
from cms.versions import Scope, bump
from shop.models import AddOn, PriceRule, RepairOffer
from shop.products import product_for

CHUNK = 1_000
AT_ONCE = 1_000  # of more, the worker brings the search of the admin up to date
MANY = 10_000  # rows, from which on the database is told to count its tables anew
KEY = ("site_id", "repair_type_id", "subject_id")
_said = attrgetter(*PRICE)
OFFER_FIELDS = ("kind", "price", "price_max", "minutes", "warranty_days", "active")


class RowNotWritable(Exception):
    """A row that the catalogue cannot take: too long, or out of its choices. Nothing of the import is written."""

    code = "row_not_writable"


def apply(*, plan: Plan, site: Site, at: datetime) -> int:
    """Write every change of the plan, publish what is new, and give each priced repair its product.

    Prices and rules belong to `site`; a rule's dates count from `at`. Returns the number of rows written.
    """
    with transaction.atomic():
        writer = Writer(site=site, at=at)
        for kind, rows in _by_kind(change.row for change in plan.changes):
            for start in range(0, len(rows), CHUNK):
                writer.write(kind, rows[start : start + CHUNK])
        writer.finish()
    return len(plan.changes)


def _by_kind(rows: Iterable[Row]) -> Iterator[tuple[type[Any], list[Any]]]:
    """Neighbours of one kind together; subjects of one level, for a category needs its family."""
    group: list[Any] = []
    last: tuple[Any, str] | None = None
    for row in rows:
        key = (type(row), getattr(row, "kind", "") if isinstance(row, SubjectRow) else "")
        if group and key != last:
            yield type(group[0]), group
            group = []
        last = key
        group.append(row)
    if group:
        yield type(group[0]), group


class Writer:
    """Writes rows and remembers whom it must tell in the end."""

    def __init__(self, *, site: Site, at: datetime, by: Any = None) -> None:
        self.site, self.at, self.by = site, at, by
        self.finder = Finder(site=site)
        self.locale = self.finder.locale
        self.published: list[Any] = []  # up to as many as are announced
        self.published_any = False
        self.to_index: dict[type[Any], list[int]] = {}
        self.priced: set[int] = set()
        self.prices_moved = False
        self.written = 0

    def write(self, kind: type[Any], rows: Sequence[Any], *, new: bool = False) -> None:
        """Write rows of one kind; whatever they point at must be there. `new`: none of them is, so none is looked for.

        Raises RowNotWritable.
        """
        self.written += len(rows)
        if kind is SubjectRow:
            self._subjects(rows, new)
        elif kind is RepairTypeRow:
            self._repair_types(rows, new)
        elif kind is PriceRow:
            self._prices(rows, new)
        elif kind is RuleRow:
            for row in rows:
                write_rule(row, site=self.site, at=self.at)
        else:
            for row in rows:
                write_add_on(row, site=self.site)

    def finish(self) -> None:
        """Products for what is priced now; one count of the change, and word to whoever listens."""
        for repair_type in RepairType.objects.filter(pk__in=self.priced):
            product_for(repair_type)
        if self.prices_moved:
            bump(Scope.PRICES, site_id=self.site.pk)
        if self.published_any:
            publishing.told(self.published)
        if self.written >= MANY:
            bulk.analyze(Subject, RepairType, RepairOffer, *publishing.TABLES)
        if sum(len(pks) for pks in self.to_index.values()) <= AT_ONCE:
            for model, pks in self.to_index.items():
                publishing.index_many(model, pks)
            return
        for model, pks in self.to_index.items():
            for start in range(0, len(pks), AT_ONCE):
                async_task(
                    "catalogue_import.tasks.index", model._meta.label, pks[start : start + AT_ONCE], task_name="index"
                )

    def _subjects(self, rows: Sequence[SubjectRow], new: bool) -> None:
        parents = self.finder.nodes({row.parent for row in rows})
        there = {} if new else nodes_by_slug({row.slug for row in rows})
        values = [(row, plain(row, "common_issues", "parent") | {"parent_id": parents.get(row.parent)}) for row in rows]
        made = self._publish(Subject, [(there.get(row.slug), some) for row, some in values])
        self.finder.node_pks.update((node.slug, node.pk) for node in made)
        self.finder.fresh.update(node.pk for node in made)
        complaining = [row for row in rows if row.common_issues]
        if complaining:
            now = self.finder.nodes({row.slug for row in complaining})
            self._complaints([(now[row.slug], lines_of(row.common_issues)) for row in complaining])

    def _repair_types(self, rows: Sequence[RepairTypeRow], new: bool) -> None:
        nodes = self.finder.nodes({row.subject for row in rows})
        there = {} if new else kinds_by_slug({row.slug for row in rows})
        values = [
            (
                there.get(row.slug),
                plain(row, "subject")
                | {
                    "subject_id": nodes.get(row.subject),
                    "parts_required": list(row.parts_required),
                    "locale": self.locale,
                },
            )
            for row in rows
        ]
        self._publish(RepairType, values)

    def _complaints(self, wanted: list[tuple[int, list[str]]]) -> None:
        """Publish the complaints that are not there yet, after those that are; what editors wrote stays as it is."""
        there: dict[int, list[str]] = {}
        rows = CommonIssue.objects.filter(subject__in=[node for node, _phrases in wanted], locale=self.locale)
        for subject_id, phrase in rows.values_list("subject_id", "phrase"):
            there.setdefault(subject_id, []).append(phrase)
        new = []
        for node, phrases in wanted:
            have = there.get(node, [])
            for number, phrase in enumerate((one for one in phrases if one not in have), start=len(have)):
                new.append((None, {"locale": self.locale, "subject_id": node, "phrase": phrase, "sort_order": number}))
        self._publish(CommonIssue, new)

    def _publish(self, model: type[Any], wanted: list[tuple[Any | None, dict[str, Any]]]) -> list[Any]:
        """New objects and changed ones, each in its own batch. Returns the new ones."""
        new: list[Any] = []
        old: list[Any] = []
        for there, values in wanted:
            thing = there if there is not None else model()
            for name, value in values.items():
                setattr(thing, name, value)
            checked(thing)
            (old if there is not None else new).append(thing)
        if new:
            publishing.publish_many(model, new, at=self.at, by=self.by)
        if old:
            names = [name for name in wanted[0][1] if name not in ("slug", "locale")]
            publishing.publish_many(model, old, changed=names, at=self.at, by=self.by)
        self.published_any = self.published_any or bool(new or old)
        self.to_index.setdefault(model, []).extend(thing.pk for thing in new + old)
        self.published += (new + old)[: publishing.MOST_ANNOUNCED - len(self.published)]
        return new

    def _prices(self, rows: Sequence[PriceRow], new: bool) -> None:
        kinds = self.finder.kinds({row.repair_type for row in rows})
        nodes: dict[str, int | None] = {"": None, **self.finder.nodes({row.subject for row in rows})}
        there = {} if new else {key_of(row): pk for pk, row in self.finder.offers(rows)}
        old = [(pk, row) for row in rows if (pk := there.get(key_of(row)))]
        added = [row for row in rows if key_of(row) not in there] if old else rows
        where = [(kinds[row.repair_type], nodes[row.subject]) for row in added]
        values = ((self.site.pk, *place, *_said(row), True) for place, row in zip(where, added, strict=True))
        bulk.insert(RepairOffer, (*KEY, *PRICE, "active"), values)
        changed = [
            RepairOffer(
                pk=pk,
                site_id=self.site.pk,
                repair_type_id=kinds[row.repair_type],
                subject_id=nodes[row.subject],
                **plain(row, "repair_type", "subject"),
            )
            for pk, row in old
        ]
        upsert(RepairOffer, changed, OFFER_FIELDS)
        self.priced |= set(kinds.values())
        self.prices_moved = True


def write_rule(row: RuleRow, *, site: Site, at: datetime) -> None:
    """Write one rule; its dates count from `at`."""
    values = plain(row)
    name, starts_in, ends_in = values.pop("name"), values.pop("starts_in"), values.pop("ends_in")
    values |= {
        "subject": nodes_by_slug({row.subject}).get(row.subject),
        "repair_type": kinds_by_slug({row.repair_type}).get(row.repair_type),
        "add_on": AddOn.objects.get(site=site, slug=row.add_on) if row.add_on else None,
        "weekdays": list(row.weekdays),
        "valid_from": at + starts_in if starts_in is not None else None,
        "valid_until": at + ends_in if ends_in is not None else None,
    }
    PriceRule.objects.update_or_create(site=site, name=name, defaults=values)


def write_add_on(row: AddOnRow, *, site: Site) -> None:
    """Write one add-on."""
    values = plain(row) | {
        "subject": nodes_by_slug({row.subject}).get(row.subject),
        "repair_type": kinds_by_slug({row.repair_type}).get(row.repair_type),
    }
    AddOn.objects.update_or_create(site=site, slug=values.pop("slug"), defaults=values)


def plain(row: Any, *without: str) -> dict[str, Any]:
    """The fields of a row by name, without a deep copy."""
    return {one.name: getattr(row, one.name) for one in fields(row) if one.name not in without}


def checked(thing: Any) -> None:
    """Lengths, choices and numbers as the model has them; no statement. Raises RowNotWritable."""
    try:
        thing.clean_fields(exclude=_relations(thing._meta.label))
    except ValidationError as error:
        raise RowNotWritable(
            _("%(name)s cannot be written: %(words)s") % {"name": thing, "words": "; ".join(error.messages)}
        ) from error


@lru_cache
def _relations(label: str) -> set[str]:
    return {field.name for field in apps.get_model(label)._meta.concrete_fields if field.is_relation}


def upsert(model: type[Any], objects: list[Any], names: Iterable[str]) -> None:
    """Write fields of objects that are there: one statement a batch instead of one case for each."""
    if objects:
        model._base_manager.bulk_create(
            objects, update_conflicts=True, unique_fields=["id"], update_fields=[*names], batch_size=CHUNK // 2
        )


def nodes_by_slug(slugs: set[str]) -> dict[str, Subject]:
    """Subjects by slug; the empty one is nothing."""
    return {node.slug: node for node in Subject.objects.filter(slug__in=slugs - {""})}


def kinds_by_slug(slugs: set[str]) -> dict[str, RepairType]:
    """Repair types of the default language by slug."""
    return {kind.slug: kind for kind in RepairType.objects.filter(slug__in=slugs - {""}, locale=default_locale())}
