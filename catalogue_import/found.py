"""The catalogue as the database holds it, in the same rows as a file."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from django.db.models import Q

from catalogue_import.plan import Key, key_of
from catalogue_import.rows import AddOnRow, PriceRow, RepairTypeRow, Row, RuleRow, SubjectRow
from cms.locales import default_locale
from cms.models import CommonIssue, RepairType, Subject
from cms.sites import Site
from shop.models import AddOn, PriceRule, RepairOffer

# What a rule's row and its file call alike.
SAME = (
    *("name", "value", "effect", "reason", "priority", "group", "stop", "brand", "older_than_years", "at_most_years"),
    *("year_from", "year_until", "condition", "urgency", "service_type", "part_grade", "visit_from", "visit_until"),
)
# Columns in the order of the row's fields; what another table has is asked for by its slug.
PRICE = tuple(one.name for one in fields(PriceRow))[2:]
ELSEWHERE = {"parent": "parent__slug", "subject": "subject__slug", "common_issues": "pk"}
SUBJECT = [ELSEWHERE.get(one.name, one.name) for one in fields(SubjectRow)]
REPAIR_TYPE = [ELSEWHERE.get(one.name, one.name) for one in fields(RepairTypeRow)]
ISSUES = SUBJECT.index("pk")


def rows_found(*, site: Site) -> dict[Key, Row]:
    """Every subject and repair type, and the prices and rules of the site. Six statements."""
    return {key_of(row): row for row in _rows(site)}


class Finder:
    """Finds rows of the catalogue some at a time, and remembers which slug is which node and repair type."""

    def __init__(self, *, site: Site) -> None:
        self.site, self.locale = site, default_locale()
        self.node_pks: dict[str, int] = {}
        self.kind_pks: dict[str, int] = {}
        self.fresh: set[int] = set()  # nodes that the caller has just made: nothing hangs on them yet

    def nodes(self, slugs: set[str]) -> dict[str, int]:
        """Ids of nodes by slug; those that are not there are left out, and so is the empty slug."""
        if missing := slugs - self.node_pks.keys() - {""}:
            self.node_pks.update(Subject.objects.filter(slug__in=missing).values_list("slug", "pk"))
        return {slug: self.node_pks[slug] for slug in slugs if slug in self.node_pks}

    def kinds(self, slugs: set[str]) -> dict[str, int]:
        """Ids of repair types of the default language by slug; those that are not there are left out."""
        if missing := slugs - self.kind_pks.keys() - {""}:
            rows = RepairType.objects.filter(slug__in=missing, locale=self.locale)
            self.kind_pks.update(rows.values_list("slug", "pk"))
        return {slug: self.kind_pks[slug] for slug in slugs if slug in self.kind_pks}

    def rows_for(self, rows: Iterable[Row]) -> dict[Key, Row]:
        """Of subjects, repair types and prices those there under the keys of some rows. At most five statements."""
        wanted = {key_of(row): row for row in rows}
        subjects = {row.slug for row in wanted.values() if isinstance(row, SubjectRow)}
        kinds = {row.slug for row in wanted.values() if isinstance(row, RepairTypeRow)}
        prices = [row for row in wanted.values() if isinstance(row, PriceRow)]
        found: list[Row] = []
        if subjects:
            found += _subjects(subjects)
        if kinds:
            found += _repair_types(kinds)
        if prices:
            found += [row for _pk, row in self.offers(prices)]
        return {key: row for row in found if (key := key_of(row)) in wanted}

    def offers(self, rows: Iterable[PriceRow]) -> list[tuple[int, PriceRow]]:
        """The prices of these repair types for these nodes, each with its id; more than those that were asked for."""
        asked = list(rows)
        subjects = {row.subject for row in asked}
        kinds = {pk: slug for slug, pk in self.kinds({row.repair_type for row in asked}).items()}
        nodes: dict[int | None, str] = {pk: slug for slug, pk in self.nodes(subjects).items() if pk not in self.fresh}
        where = Q(subject__in=list(nodes))
        if "" in subjects:
            nodes[None] = ""
            where |= Q(subject=None)
        if not nodes or not kinds:
            return []
        there = RepairOffer.objects.filter(where, site=self.site, repair_type__in=list(kinds))
        return [
            (pk, PriceRow(kinds[kind], nodes[node], *values))
            for pk, kind, node, *values in there.values_list("pk", "repair_type_id", "subject_id", *PRICE)
        ]


def _rows(site: Site) -> Iterator[Row]:
    yield from _subjects()
    yield from _repair_types()
    for kind, node, *values in (
        RepairOffer.objects.filter(site=site).values_list("repair_type__slug", "subject__slug", *PRICE).iterator(2_000)
    ):
        yield PriceRow(kind, node or "", *values)
    for rule in PriceRule.objects.filter(site=site).select_related("repair_type", "subject", "add_on"):
        yield _rule_row(rule)
    for add_on in AddOn.objects.filter(site=site).select_related("repair_type", "subject"):
        yield _add_on_row(add_on)


def _subjects(slugs: set[str] | None = None) -> list[SubjectRow]:
    rows = Subject.objects.all() if slugs is None else Subject.objects.filter(slug__in=slugs)
    there = list(rows.values_list(*SUBJECT))
    issues = _issues(None if slugs is None else [values[ISSUES] for values in there])
    parent = SUBJECT.index("parent__slug")
    found = []
    for one in there:
        values: list[Any] = list(one)
        values[parent], values[ISSUES] = values[parent] or "", "\n".join(issues.get(values[ISSUES], []))
        found.append(SubjectRow(*values))
    return found


def _issues(subjects: list[int] | None) -> dict[int, list[str]]:
    rows = CommonIssue.objects.filter(locale=default_locale()).order_by("sort_order", "pk")
    found: dict[int, list[str]] = {}
    for subject, phrase in (rows if subjects is None else rows.filter(subject__in=subjects)).values_list(
        "subject_id", "phrase"
    ):
        found.setdefault(subject, []).append(phrase)
    return found


def _repair_types(slugs: set[str] | None = None) -> list[RepairTypeRow]:
    rows = RepairType.objects.filter(locale=default_locale())
    there = (rows if slugs is None else rows.filter(slug__in=slugs)).values(*REPAIR_TYPE)
    return [
        RepairTypeRow(
            subject=values.pop("subject__slug") or "", parts_required=tuple(values.pop("parts_required")), **values
        )
        for values in there
    ]


def _rule_row(rule: PriceRule) -> RuleRow:
    return RuleRow(
        subject=rule.subject.slug if rule.subject else "",
        repair_type=rule.repair_type.slug if rule.repair_type else "",
        add_on=rule.add_on.slug if rule.add_on else "",
        weekdays=tuple(rule.weekdays),
        **{name: getattr(rule, name) for name in SAME},
    )


def _add_on_row(add_on: AddOn) -> AddOnRow:
    return AddOnRow(
        slug=add_on.slug,
        name=add_on.name,
        price=add_on.price,
        description=add_on.description,
        subject=add_on.subject.slug if add_on.subject else "",
        repair_type=add_on.repair_type.slug if add_on.repair_type else "",
        sort_order=add_on.sort_order,
    )
