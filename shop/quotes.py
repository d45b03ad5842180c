"""A price given to somebody: built from today's prices, then frozen with its reasons until a moment."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cms.models import RepairType, Subject
from cms.models.version import Version
from cms.sites import Site
from cms.versions import Scope
from notifications.models import Contact
from shop import facts, pricing
from shop.models import AddOn, Quote, RepairOffer
from shop.references import new_reference

ANSWERS: dict[str, tuple[str, ...]] = {
    "condition": pricing.CONDITIONS,
    "urgency": pricing.URGENCIES,
    "service_type": pricing.SERVICE_TYPES,
}


class NotOffered(Exception):
    """This repair has no price here."""

    code = "not_offered"


class AnswerNotKnown(Exception):
    """An answer that the shop does not ask for."""

    code = "answer_not_known"


class AddOnNotOffered(Exception):
    """There is no such add-on for this repair."""

    code = "add_on_not_offered"


class QuoteNotFound(Exception):
    """No quote has this reference."""

    code = "not_found"


class QuoteExpired(Exception):
    """The price was kept until a moment that has passed."""

    code = "quote_expired"


class QuoteRedeemed(Exception):
    """The price has already been used for an order."""

    code = "quote_redeemed"


def read_answers(answers: dict[str, Any]) -> dict[str, str]:
    """Return a full set of answers, the plain one (the first) where nothing was said. Raises AnswerNotKnown."""
    unknown = set(answers) - set(ANSWERS)
    if unknown:
        raise AnswerNotKnown(_("We do not ask for %(name)s.") % {"name": ", ".join(sorted(unknown))})
    given = {name: answers.get(name) or known[0] for name, known in ANSWERS.items()}
    for name, value in given.items():
        if value not in ANSWERS[name]:
            words = {"name": name, "known": ", ".join(ANSWERS[name])}
            raise AnswerNotKnown(_("Please choose %(name)s from %(known)s.") % words)
    return given


def _offer(
    site: Site, device: Subject | None, repair_type: RepairType, *, draft: RepairType | None = None
) -> tuple[RepairOffer, facts.Tree]:
    tree = facts.trees_of([device])[device.pk] if device else ()
    known = facts.offers_of(site, tree, draft)
    offers = [offer for offer in known if offer.repair_type.translation_key == repair_type.translation_key]
    found = facts.nearest(offers, tree, offers[0].site.shop.currency) if offers else {}
    if not found:
        name = device.name if device else repair_type.name
        raise NotOffered(_("We do not offer this repair for %(name)s.") % {"name": name})
    return next(iter(found.values())), tree


def _add_ons(site: Site, tree: facts.Tree, offer: RepairOffer, slugs: Sequence[str]) -> list[AddOn]:
    """The rows of the wanted add-ons; no statement when none is wanted. Raises AddOnNotOffered."""
    if not slugs:
        return []
    found = [
        row for row in facts.add_ons_of(site, tree=tree, repair_type_ids=[offer.repair_type_id]) if row.slug in slugs
    ]
    missing = set(slugs) - {row.slug for row in found}
    if missing:
        raise AddOnNotOffered(_("We do not offer %(name)s with this repair.") % {"name": ", ".join(sorted(missing))})
    return found


def _build(
    *,
    site: Site,
    device: Subject | None,
    repair_type: RepairType,
    answers: dict[str, Any],
    add_ons: Sequence[str],
    at: datetime,
    draft: RepairType | None = None,
) -> tuple[pricing.Price, RepairOffer, dict[str, str], list[AddOn]]:
    given = read_answers(answers)
    offer, tree = _offer(site, device, repair_type, draft=draft)
    added = _add_ons(site, tree, offer, add_ons)
    wanted = pricing.Wanted(
        subject_ids=tree,
        year=device.year if device else None,
        repair_type_id=offer.repair_type_id,
        add_ons=tuple(add_ons),
        **given,
    )
    catalogue = facts.catalogue_of(offer, offer.site.shop, facts.rules_of(site, at), added)
    return pricing.build(catalogue=catalogue, wanted=wanted, at=at), offer, given, added


def price(
    *,
    site: Site,
    device: Subject | None,
    repair_type: RepairType,
    answers: dict[str, Any],
    add_ons: Sequence[str] = (),
    at: datetime,
    draft: RepairType | None = None,
) -> pricing.Price:
    """Return today's price of a repair with its reasons; nothing is kept. `add_ons` are slugs.

    `draft`: the repair as an editor looks at it before it is published. Raises NotOffered, AnswerNotKnown,
    AddOnNotOffered.
    """
    wish: dict[str, Any] = {"device": device, "repair_type": repair_type, "answers": answers, "add_ons": add_ons}
    return _build(site=site, at=at, draft=draft, **wish)[0]


def issue(
    *,
    site: Site,
    device: Subject | None,
    repair_type: RepairType,
    answers: dict[str, Any],
    add_ons: Sequence[str] = (),
    problem: str = "",
    thing: dict[str, Any] | None = None,
    subject_name: str = "",
    contact: Contact | None = None,
    item: uuid.UUID | None = None,
    at: datetime,
) -> Quote:
    """Freeze today's price for a customer for as long as the shop keeps prices, and return the quote.

    `subject_name` names what is repaired when there is no device; `item` tells two equal devices of one customer
    apart. Raises NotOffered, AnswerNotKnown, AddOnNotOffered.
    """
    wish: dict[str, Any] = {"device": device, "repair_type": repair_type, "answers": answers, "add_ons": add_ons}
    built, offer, given, added = _build(site=site, at=at, **wish)
    return Quote.objects.create(
        site=site,
        reference=new_reference("Q", 10),
        contact=contact,
        device=device,
        subject_name=subject_name or (device.name if device else repair_type.name),
        thing=thing or {},
        item=item,
        repair_type=offer.repair_type,
        repair_name=repair_type.name,
        minutes=repair_type.minutes,
        answers=given,
        add_ons=[{"slug": row.slug, "name": row.name} for row in added],
        problem=problem,
        prices_version=_prices_version(site),
        issued_at=at,
        valid_until=at + timedelta(hours=offer.site.shop.quote_valid_hours),
        **frozen(built),
    )


def _prices_version(site: Site) -> int:
    return Version.objects.filter(site=site, scope=Scope.PRICES).values_list("number", flat=True).first() or 0


def frozen(built: pricing.Price) -> dict[str, Any]:
    """The columns of a quote that a price fills."""
    return {
        "lines": frozen_lines(built),
        "currency": built.currency,
        "total": built.total,
        "tax": built.tax,
        "tax_rate": built.tax_rate,
        "tax_code": built.tax_code,
    }


def frozen_lines(built: pricing.Price) -> list[dict[str, str | None]]:
    """The lines of a price as JSON: name, reason, factor and amount, numbers as text."""
    return [
        {
            "name": line.name,
            "reason": line.reason,
            "factor": None if line.factor is None else format(line.factor.normalize(), "f"),
            "amount": str(line.amount),
        }
        for line in built.lines
    ]


def usable(quote: Quote, at: datetime) -> bool:
    """Say whether the quote can still be ordered at the moment."""
    return quote.redeemed_order_id is None and at < quote.valid_until


def check(quote: Quote, at: datetime) -> None:
    """Raise QuoteRedeemed or QuoteExpired when the quote can no longer be ordered."""
    if quote.redeemed_order_id is not None:
        raise QuoteRedeemed(_("The price %(ref)s has already been used for an order.") % {"ref": quote.reference})
    if at >= quote.valid_until:
        raise QuoteExpired(_("The price %(ref)s is no longer kept. Please ask again.") % {"ref": quote.reference})


def find(site: Site, reference: str) -> Quote:
    """Return the site's quote with this reference. Raises QuoteNotFound."""
    wanted = reference.replace("\x00", "").strip().upper()  # PostgreSQL refuses the character outright
    quote = (
        Quote.objects.filter(site=site, reference=wanted).select_related("device", "repair_type", "site__shop").first()
    )
    if quote is None:
        raise QuoteNotFound(_("We cannot find this price. Please ask again."))
    return quote


def find_loose(site: Site, reference: str) -> Quote:
    """The same for who knows no more than the reference: prices in a booking are for who has its link.

    Raises QuoteNotFound.
    """
    quote = find(site, reference)
    if quote.item is not None:
        raise QuoteNotFound(_("We cannot find this price. Please ask again."))
    return quote
