"""What the screens of price rules print of a changed price."""

from datetime import datetime

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shop import pricing
from shop.models import RepairOffer
from shop.rule_effects import Change
from shop.storefront.factors import label_of
from shop.templatetags.money import money

register = template.Library()


@register.filter
def asked_in_words(change: Change) -> str:
    """What the wish behind a changed price says beyond the plain one; empty for the plain wish."""
    asked, plain = change.asked, pricing.Wanted(subject_ids=(), year=None, repair_type_id=0)
    parts = [str(RepairOffer.Grade(change.part_grade).label)] if change.part_grade else []
    for question in ("condition", "urgency", "service_type"):
        if getattr(asked, question) != getattr(plain, question):
            parts.append(str(label_of(question, getattr(asked, question))))
    if asked.add_ons:
        parts.append(_("with the add-on"))
    if asked.visit is not None:
        parts.append(_("visit on %(moment)s") % {"moment": date_format(asked.visit, "D j M, H:i")})
    return ", ".join(parts)


@register.filter
def moment_in_words(visit: datetime) -> str:
    """A visit as the shop's own clock has it, whatever the zone of who reads: Sunday 29 November, 17:00."""
    return date_format(visit, "l j F, H:i")


@register.filter
def offer_in_words(offer: RepairOffer) -> str:
    """A base price as a sentence has it: £49.00, from £49.00, £49.00 to £90.00, on request, not offered."""
    words = {"price": money(offer.price, offer.currency), "most": money(offer.price_max, offer.currency)}
    match offer.kind:
        case RepairOffer.Kind.FROM:
            return _("from %(price)s") % words
        case RepairOffer.Kind.RANGE:
            return _("%(price)s to %(most)s") % words
        case RepairOffer.Kind.ON_REQUEST:
            return _("on request")
        case RepairOffer.Kind.NOT_OFFERED:
            return _("not offered")
    return words["price"]
