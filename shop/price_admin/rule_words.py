"""A price rule read back to the people who set prices, in the words that customers read, and when it counts."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shop import facts
from shop.models import PriceRule
from shop.pricing import Effect, Rule
from shop.rule_checks import changes_nothing
from shop.storefront.factors import percent, when
from shop.templatetags.money import money


def reads(row: PriceRule, brief: bool = False) -> str:
    """What a rule does and when, as one or a few sentences. Its subject, repair and add-on at hand, no statement.

    `brief` leaves out its group and its days, which stand beside it in a list.
    """
    rule = facts.rule_of(row)
    conditions = when(
        rule,
        {row.subject.pk: row.subject.name} if row.subject else {},
        {row.repair_type.pk: row.repair_type.name} if row.repair_type else {},
        {row.add_on.slug: row.add_on.name} if row.add_on else {},
    )
    words = {"does": does(rule, currency_of(row)), "conditions": conditions}
    told = [
        _("%(does)s, always.") % words if conditions == _("always") else _("%(does)s when: %(conditions)s.") % words
    ]
    if (row.valid_from or row.valid_until) and not brief:
        told.append(f"{counts(row, timezone.now())[1]}.")
    if row.group and not brief:
        told.append(_("Of the group “%(group)s” only the first that fits counts.") % {"group": row.group})
    if row.stop:
        told.append(_("After it no later rule counts."))
    return " ".join(told)


def does(rule: Rule, currency: str) -> str:
    """The effect as a verb: Multiplies by 1.2 (+20 %)."""
    value = abs(rule.value) if rule.effect == Effect.ADD else rule.value
    amount = {"amount": money(value, currency) if currency else f"{value:.2f}"}
    if changes_nothing(rule):
        return _("Leaves the price as it is")
    match rule.effect:
        case Effect.MULTIPLY:
            return _("Multiplies by %(factor)s (%(percent)s)") % {
                "factor": f"{rule.value.normalize():f}",
                "percent": percent(rule.value),
            }
        case Effect.ADD:
            return (_("Takes off %(amount)s") if rule.value < 0 else _("Adds %(amount)s")) % amount
        case Effect.SET:
            return _("Sets the price to %(amount)s") % amount
        case Effect.MINIMUM:
            return _("Asks at least %(amount)s") % amount
        case Effect.ROUND:
            return _("Rounds to a multiple of %(amount)s") % amount


def currency_of(row: PriceRule) -> str:
    """The currency of the rule's shop; empty for a site without a shop."""
    shop = getattr(row.site, "shop", None) if row.site_id else None
    return shop.currency if shop is not None else ""


def counts(row: PriceRule, at: datetime) -> tuple[str, str]:
    """Whether a rule counts at a moment: a code (off, past, soon, now) and words such as From 1 Dec 2026."""
    first, last = (_day(moment) if moment else "" for moment in (row.valid_from, row.valid_until))
    span = _("From %(first)s until %(last)s") % {"first": first, "last": last}
    if not row.active:
        return "off", _("Off")
    if row.valid_until is not None and row.valid_until <= at:
        return "past", _("Ended on %(day)s") % {"day": last}
    if row.valid_from is not None and row.valid_from > at:
        return "soon", span if last else _("From %(day)s") % {"day": first}
    return "now", _("Until %(day)s") % {"day": last} if last else _("Now")


def _day(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return date_format(local, "j M Y" if (local.hour, local.minute) == (0, 0) else "j M Y, H:i")
