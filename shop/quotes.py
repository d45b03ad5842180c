"""A price given to somebody: built from today's prices, then frozen with its reasons until a moment."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cms.models import RepairType, Subject
from cms.models.version import Version
from cms.sites import Site, shop_settings
from cms.versions import Scope
from notifications.models import Contact
from shop import currencies, facts, part_grades, price_snapshots, pricing, quote_terms
from shop.models import AddOn, Quote, RepairOffer, SiteShop
from shop.references import new_reference

ANSWERS: dict[str, tuple[str, ...]] = {
    "condition": pricing.CONDITIONS,
    "urgency": pricing.URGENCIES,
    "service_type": pricing.SERVICE_TYPES,
    "part_grade": pricing.PART_GRADES,
}


class NotOffered(Exception):
    """This repair has no price here."""

    code = "not_offered"


class PriceOnRequest(NotOffered):
    """This repair is done, and priced after a look at the thing."""

    code = "price_on_request"


class PartNotOffered(NotOffered):
    """This repair is not done with parts of that grade."""

    code = "part_not_offered"


class CurrencyNotOffered(NotOffered):
    """The shop asks no prices in this currency."""

    code = "currency_not_offered"


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


def currency_of(shop: SiteShop, wanted: str) -> str:
    """The wanted currency where the shop offers it, its own one when none is named. Raises CurrencyNotOffered."""
    known = currencies.offered(shop)
    if wanted and wanted not in known:
        words = {"name": wanted, "known": ", ".join(known)}
        raise CurrencyNotOffered(_("We have no prices in %(name)s. Please choose from %(known)s.") % words)
    return wanted or shop.currency


@dataclass(frozen=True)
class Wish:
    """What is to be priced. `draft`: the repair as an editor looks at it; `visit_at`: the start of the visit."""

    site: Site
    device: Subject | None
    repair_type: RepairType
    answers: dict[str, Any]
    add_ons: Sequence[str]
    at: datetime
    visit_at: datetime | None = None
    draft: RepairType | None = None
    currency: str = ""


def _offer(wish: Wish, grade: str) -> tuple[RepairOffer, facts.Tree]:
    device, kind = wish.device, wish.repair_type
    tree = facts.trees_of([device])[device.pk] if device else ()
    known = facts.offers_of(wish.site, tree, wish.at, wish.draft)
    offers = [offer for offer in known if offer.repair_type.translation_key == kind.translation_key]
    name = device.name if device else kind.name
    shop = offers[0].site.shop if offers else None
    currency = currency_of(shop, wish.currency) if shop else ""
    found = part_grades.grades(offers, tree, currency)
    if shop and not found and part_grades.elsewhere(offers, tree, currency, shop.currency):
        words = {"name": name, "currency": currency}
        raise PriceOnRequest(_("We have no price in %(currency)s of this repair for %(name)s. Ask us.") % words)
    if not found:
        raise NotOffered(_("We do not offer this repair for %(name)s.") % {"name": name})
    choice = next(iter(found.values()))
    offer = choice.get(grade) if grade else part_grades.plain(choice)
    if offer is None:
        raise PartNotOffered(_("We do not offer this part for %(name)s.") % {"name": name})
    if offer.price is None:
        raise PriceOnRequest(_("We price this repair for %(name)s after a look at it. Ask us.") % {"name": name})
    return offer, tree


def _add_ons(site: Site, tree: facts.Tree, offer: RepairOffer, slugs: Sequence[str]) -> list[AddOn]:
    """The rows of the wanted add-ons; no statement when none is wanted. Raises AddOnNotOffered."""
    if not slugs:
        return []
    fitting = facts.add_ons_of(site, tree=tree, repair_type_ids=[offer.repair_type_id], currency=offer.currency)
    found = [row for row in fitting if row.slug in slugs]
    missing = set(slugs) - {row.slug for row in found}
    if missing:
        raise AddOnNotOffered(_("We do not offer %(name)s with this repair.") % {"name": ", ".join(sorted(missing))})
    return found


@dataclass(frozen=True)
class Built:
    """A price with what it was made of."""

    price: pricing.Price
    offer: RepairOffer
    answers: dict[str, str]
    add_ons: list[AddOn]
    snapshot: dict[str, Any]


def _build(wish: Wish) -> Built:
    given = read_answers(wish.answers)
    offer, tree = _offer(wish, given["part_grade"])
    added = _add_ons(wish.site, tree, offer, wish.add_ons)
    visit = local_time(wish.site, wish.visit_at)
    asked = {name: value for name, value in given.items() if name != "part_grade"}
    wanted = facts.wish_of(offer, tree, wish.device, add_ons=tuple(wish.add_ons), visit=visit, **asked)
    catalogue = facts.catalogue_of(offer, offer.site.shop, facts.rules_of(wish.site, wish.at), added)
    price = pricing.build(catalogue=catalogue, wanted=wanted, at=wish.at)
    kept = price_snapshots.keep(catalogue=catalogue, wanted=wanted, at=wish.at, price=price)
    if not given["part_grade"]:
        given = asked  # nobody chose a part, and no answer is kept
    return Built(price, offer, given, added, kept)


def local_time(site: Site, visit_at: datetime | None) -> datetime | None:
    """A start as the shop's own clocks show it, without a zone; None stays None."""
    return visit_at.astimezone(shop_settings(site).zone).replace(tzinfo=None) if visit_at else None


def price(
    *,
    site: Site,
    device: Subject | None,
    repair_type: RepairType,
    answers: dict[str, Any],
    add_ons: Sequence[str] = (),
    at: datetime,
    visit_at: datetime | None = None,
    draft: RepairType | None = None,
    currency: str = "",
) -> pricing.Price:
    """Return today's price of a repair with its reasons; nothing is kept. `add_ons` are slugs.

    `visit_at`: the start of the visit, where it is chosen. `draft`: the repair as an editor looks at it before it is
    published. `currency`: another one than the shop's own. Raises NotOffered (also PriceOnRequest, PartNotOffered,
    CurrencyNotOffered), AnswerNotKnown, AddOnNotOffered.
    """
    return _build(Wish(site, device, repair_type, answers, add_ons, at, visit_at, draft, currency)).price


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
    visit_at: datetime | None = None,
    replaces: Quote | None = None,
    currency: str = "",
    at: datetime,
) -> Quote:
    """Freeze today's price for a customer for as long as the shop keeps prices, and return the quote.

    `subject_name` names what is repaired when there is no device; `item` tells two equal devices of one customer
    apart. Raises NotOffered (also PriceOnRequest, PartNotOffered, CurrencyNotOffered), AnswerNotKnown, AddOnNotOffered.
    """
    built = _build(Wish(site, device, repair_type, answers, add_ons, at, visit_at, currency=currency))
    return Quote.objects.create(
        site=site,
        reference=new_reference("Q", 10),
        contact=contact,
        device=device,
        subject_name=subject_name or (device.name if device else repair_type.name),
        thing=thing or {},
        item=item,
        repair_name=repair_type.name,
        problem=problem,
        prices_version=_prices_version(site),
        issued_at=at,
        valid_until=at + timedelta(hours=built.offer.site.shop.quote_valid_hours),
        visit_at=visit_at,
        replaces=replaces,
        **_frozen(built),
    )


def _frozen(built: Built) -> dict[str, Any]:
    """The columns of a quote that follow from what was worked out."""
    return price_snapshots.frozen(built.price) | {
        "repair_type": built.offer.repair_type,
        "minutes": facts.took_of(built.offer)[0],
        "answers": built.answers,
        "add_ons": [{"slug": row.slug, "name": row.name} for row in built.add_ons],
        "snapshot": built.snapshot | quote_terms.keep(built.offer),
    }


def _prices_version(site: Site) -> int:
    return Version.objects.filter(site=site, scope=Scope.PRICES).values_list("number", flat=True).first() or 0


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
