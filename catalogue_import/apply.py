"""Writing a plan: all of it or nothing."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from catalogue_import.plan import Plan
from catalogue_import.rows import AddOnRow, PriceRow, RepairTypeRow, Row, RuleRow, SubjectRow, lines_of
from cms.locales import default_locale
from cms.models import CommonIssue, RepairType, Subject
from cms.sites import Site
from shop.models import AddOn, PriceRule, RepairOffer
from shop.products import product_for


def apply(*, plan: Plan, site: Site, at: datetime) -> int:
    """Write every change of the plan, publish what is new, and give each priced repair its product.

    Prices and rules belong to `site`; a rule's dates count from `at`. Returns the number of rows written.
    """
    with transaction.atomic():
        for change in plan.changes:
            _write(change.row, site, at)
        priced = {change.row.repair_type for change in plan.changes if isinstance(change.row, PriceRow)}
        for kind in _repair_types(priced).values():
            product_for(kind)
    return len(plan.changes)


def _write(row: Row, site: Site, at: datetime) -> None:
    if isinstance(row, SubjectRow):
        values = asdict(row) | {"parent": _subject(row.parent)}
        complaints = lines_of(values.pop("common_issues"))
        node = Subject.objects.filter(slug=row.slug).first() or Subject()
        _publish(node, values)
        _add_complaints(node, complaints)
    elif isinstance(row, RepairTypeRow):
        locale = default_locale()
        kind = RepairType.objects.filter(slug=row.slug, locale=locale).first() or RepairType(locale=locale)
        _publish(kind, asdict(row) | {"subject": _subject(row.subject)})
    elif isinstance(row, PriceRow):
        kind, subject = _repair_types({row.repair_type})[row.repair_type], _subject(row.subject)
        same = {"site": site, "repair_type": kind, "subject": subject, "currency": row.currency}
        RepairOffer.objects.update_or_create(**same, defaults={"price": row.price, "active": True})
    elif isinstance(row, RuleRow):
        _write_rule(row, site, at)
    else:
        _write_add_on(row, site)


def _add_complaints(node: Subject, phrases: list[str]) -> None:
    """Publish the complaints that are not there yet, after those that are; what editors wrote stays as it is."""
    locale = default_locale()
    there = set(CommonIssue.objects.filter(subject=node, locale=locale).values_list("phrase", flat=True))
    for number, phrase in enumerate((one for one in phrases if one not in there), start=len(there)):
        _publish(CommonIssue(locale=locale), {"subject": node, "phrase": phrase, "sort_order": number})


def _publish(obj: Any, values: dict[str, Any]) -> None:
    """Save the words and publish them, as an editor would."""
    for name, value in values.items():
        setattr(obj, name, value)
    obj.full_clean()
    obj.save()
    obj.save_revision().publish()


def _write_rule(row: RuleRow, site: Site, at: datetime) -> None:
    values = asdict(row)
    name, starts_in, ends_in = values.pop("name"), values.pop("starts_in"), values.pop("ends_in")
    values |= {
        "subject": _subject(row.subject),
        "repair_type": _repair_types({row.repair_type})[row.repair_type] if row.repair_type else None,
        "valid_from": at + starts_in if starts_in is not None else None,
        "valid_until": at + ends_in if ends_in is not None else None,
    }
    PriceRule.objects.update_or_create(site=site, name=name, defaults=values)


def _write_add_on(row: AddOnRow, site: Site) -> None:
    values = asdict(row) | {
        "subject": _subject(row.subject),
        "repair_type": _repair_types({row.repair_type})[row.repair_type] if row.repair_type else None,
    }
    AddOn.objects.update_or_create(site=site, slug=values.pop("slug"), defaults=values)


def _subject(slug: str) -> Subject | None:
    return Subject.objects.get(slug=slug) if slug else None


def _repair_types(slugs: set[str]) -> dict[str, RepairType]:
    return {kind.slug: kind for kind in RepairType.objects.filter(slug__in=slugs, locale=default_locale())}
