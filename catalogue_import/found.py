"""The catalogue as the database holds it, in the same rows as a file."""

from collections.abc import Iterator

from catalogue_import.plan import Key, key_of
from catalogue_import.rows import AddOnRow, PriceRow, RepairTypeRow, Row, RuleRow, SubjectRow
from cms.locales import default_locale
from cms.models import CommonIssue, RepairType, Subject
from cms.sites import Site
from shop.models import AddOn, PriceRule, RepairOffer


def rows_found(*, site: Site) -> dict[Key, Row]:
    """Every subject and repair type, and the prices and rules of the site. Six statements."""
    return {key_of(row): row for row in _rows(site)}


def _rows(site: Site) -> Iterator[Row]:
    issues: dict[int, list[str]] = {}
    for issue in CommonIssue.objects.filter(locale=default_locale()).order_by("sort_order", "pk"):
        issues.setdefault(issue.subject_id, []).append(issue.phrase)
    for node in Subject.objects.select_related("parent"):
        yield SubjectRow(
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
        )
    for kind in RepairType.objects.filter(locale=default_locale()).select_related("subject"):
        yield RepairTypeRow(
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
        )
    for offer in RepairOffer.objects.filter(site=site).select_related("repair_type", "subject"):
        subject = offer.subject.slug if offer.subject else ""
        yield PriceRow(offer.repair_type.slug, subject, offer.currency, offer.price)
    for rule in PriceRule.objects.filter(site=site).select_related("repair_type", "subject"):
        yield _rule_row(rule)
    for add_on in AddOn.objects.filter(site=site).select_related("repair_type", "subject"):
        yield _add_on_row(add_on)


def _rule_row(rule: PriceRule) -> RuleRow:
    return RuleRow(
        name=rule.name,
        factor=rule.factor,
        reason=rule.reason,
        order=rule.order,
        subject=rule.subject.slug if rule.subject else "",
        repair_type=rule.repair_type.slug if rule.repair_type else "",
        older_than_years=rule.older_than_years,
        condition=rule.condition,
        urgency=rule.urgency,
        service_type=rule.service_type,
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
