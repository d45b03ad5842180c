"""The catalogue as the database holds it, in the same rows as a file."""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

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


def rows_found(*, site: Site) -> dict[Key, Row]:
    """Every subject and repair type, and the prices and rules of the site. Six statements."""
    return {key_of(row): row for row in _rows(site)}


def rows_for(*, site: Site, rows: Iterable[Row]) -> dict[Key, Row]:
    """Of subjects, repair types and prices those there under the keys of some rows. At most four statements."""
    wanted = {key_of(row): row for row in rows}
    subjects = {row.slug for row in wanted.values() if isinstance(row, SubjectRow)}
    kinds = {row.slug for row in wanted.values() if isinstance(row, RepairTypeRow)}
    prices = [row for row in wanted.values() if isinstance(row, PriceRow)]
    found: list[Row] = []
    if subjects:
        nodes = list(Subject.objects.filter(slug__in=subjects).select_related("parent"))
        issues = _issues([node.pk for node in nodes])
        found += [_subject_row(node, issues) for node in nodes]
    if kinds:
        found += [_repair_type_row(kind) for kind in _repair_types().filter(slug__in=kinds)]
    if prices:
        offers = offers_for(
            site=site, subjects={row.subject for row in prices}, kinds={row.repair_type for row in prices}
        )
        found += [_price_row(offer) for offer in offers]
    return {key: row for row in found if (key := key_of(row)) in wanted}


def offers_for(*, site: Site, subjects: Iterable[str], kinds: Iterable[str]) -> QuerySet[RepairOffer]:
    """The prices of these repair types for these nodes; the empty slug stands for no node."""
    slugs = set(subjects)
    where = Q(subject__slug__in=slugs - {""})
    if "" in slugs:
        where |= Q(subject=None)
    rows = RepairOffer.objects.filter(
        where, site=site, repair_type__slug__in=set(kinds), repair_type__locale=default_locale()
    )
    return rows.select_related("repair_type", "subject")


def _rows(site: Site) -> Iterator[Row]:
    issues = _issues()
    for node in Subject.objects.select_related("parent"):
        yield _subject_row(node, issues)
    for kind in _repair_types():
        yield _repair_type_row(kind)
    for offer in RepairOffer.objects.filter(site=site).select_related("repair_type", "subject"):
        yield _price_row(offer)
    for rule in PriceRule.objects.filter(site=site).select_related("repair_type", "subject", "add_on"):
        yield _rule_row(rule)
    for add_on in AddOn.objects.filter(site=site).select_related("repair_type", "subject"):
        yield _add_on_row(add_on)


def _issues(subjects: list[int] | None = None) -> dict[int, list[str]]:
    rows = CommonIssue.objects.filter(locale=default_locale()).order_by("sort_order", "pk")
    found: dict[int, list[str]] = {}
    for issue in rows if subjects is None else rows.filter(subject__in=subjects):
        found.setdefault(issue.subject_id, []).append(issue.phrase)
    return found


def _repair_types() -> QuerySet[RepairType]:
    return RepairType.objects.filter(locale=default_locale()).select_related("subject")


def _subject_row(node: Subject, issues: dict[int, list[str]]) -> SubjectRow:
    return SubjectRow(
        kind=node.kind,
        slug=node.slug,
        name=node.name,
        parent=node.parent.slug if node.parent else "",
        brand=node.brand,
        year=node.year,
        model_codes=node.model_codes,
        description=node.description,
        preparation=node.preparation,
        common_issues="\n".join(issues.get(node.pk, [])),
        icon=node.icon,
        sort_order=node.sort_order,
        also_called=node.also_called,
        difficulty=node.difficulty,
        specifications=node.specifications,
    )


def _repair_type_row(kind: RepairType) -> RepairTypeRow:
    return RepairTypeRow(
        slug=kind.slug,
        name=kind.name,
        subject=kind.subject.slug if kind.subject else "",
        summary=kind.summary,
        description=kind.description,
        preparation=kind.preparation,
        minutes=kind.minutes,
        warranty_days=kind.warranty_days,
        difficulty=kind.difficulty,
        sort_order=kind.sort_order,
        also_called=kind.also_called,
        parts_required=tuple(kind.parts_required),
    )


def _price_row(offer: RepairOffer) -> PriceRow:
    return PriceRow(
        repair_type=offer.repair_type.slug,
        subject=offer.subject.slug if offer.subject else "",
        currency=offer.currency,
        price=offer.price,
        kind=offer.kind,
        price_max=offer.price_max,
        part_grade=offer.part_grade,
        minutes=offer.minutes,
        warranty_days=offer.warranty_days,
    )


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
