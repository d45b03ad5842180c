"""Saving the price table: many cells at once, all or nothing, in a number of statements that does not grow with them.

Each price that changes leaves an entry in its history with what stood in its cell before and after. The entries of one
saving belong together; taking a saving back is saving what stood there before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from cms.models import RepairType
from cms.sites import Site
from cms.versions import Scope, bump
from shop.models import RepairOffer, RepairProduct, SiteShop
from shop.price_admin.cells import Cell, Shown, Unreadable, Value, read_as, write_as
from shop.price_admin.old_copies import one_at_a_time, told_by
from shop.price_admin.table import Place, asked_for
from shop.products import product_for

UNDO_WITHIN = timedelta(days=1)
BATCH = 500


@dataclass(frozen=True)
class Sent:
    """What somebody typed: cells of one table, for one part, and what stood in them when they were shown."""

    given: Mapping[str, str]
    was: Mapping[str, str]
    part_grade: str = ""
    shown: str = Shown.PRICE


@dataclass(frozen=True)
class Saved:
    """How saving went: how many prices changed, or what is wrong by cell; then nothing was changed at all."""

    changed: int
    faults: dict[str, str]


@dataclass(frozen=True)
class Plan:
    """One cell that shall say something else."""

    place: Place
    wanted: Value


@transaction.atomic
def save(*, site: Site, sent: Sent, user: Any) -> Saved:
    """Save what was typed where it differs from what stood there, all or nothing.

    A cell that somebody else has changed meanwhile is a fault, unless both say the same. An emptied cell switches its
    own price off. One change of prices is counted, each price has an entry in its history.
    """
    one_at_a_time()
    shop = SiteShop.objects.select_related("site").get(site=site)
    places = {place.key: place for place in asked_for(shop, sent.part_grade, sent.given).places()}
    plans, contested, faults = _read(places, sent)
    faults |= _told(contested, sent.shown)
    if plans and not faults:
        _write(shop, sent, plans, user)
    return Saved(0 if faults else len(plans), faults)


def _read(places: Mapping[str, Place], sent: Sent) -> tuple[list[Plan], list[Place], dict[str, str]]:
    """What is to be written, what somebody else changed meanwhile, and what cannot be, in words by cell."""
    plans, contested, faults = [], [], {}
    for key, text in sent.given.items():
        place = places.get(key)
        try:
            wanted, before = read_as(sent.shown, text), read_as(sent.shown, sent.was.get(key, ""))
        except Unreadable as fault:
            faults[key] = str(fault)
            continue
        if wanted == before or (place is not None and _stands(place, sent.shown, wanted)):
            continue
        if place is None:
            faults[key] = _("This device or repair is no longer there.")
        elif not place.takes(sent.shown):
            faults[key] = _("It has no price of its own here: write the price first.")
        elif place.value(sent.shown) != before:
            contested.append(place)
        else:
            plans.append(Plan(place, wanted))
    return plans, contested, faults


def _stands(place: Place, shown: str, wanted: Value) -> bool:
    """Whether it says so already; a time or warranty that comes from above may be pasted back onto itself."""
    if place.takes(shown):
        return wanted == place.value(shown)
    return write_as(shown, wanted) in ("", place.inherited(shown))


def _told(contested: list[Place], shown: str) -> dict[str, str]:
    """Who wrote what into cells that two people changed, in words, by cell. At most one statement."""
    rows = {str(place.own.pk): place for place in contested if place.own is not None}
    entries = _history().filter(object_id__in=rows).select_related("user").order_by("timestamp", "pk") if rows else ()
    last = {entry.object_id: entry for entry in entries}
    words = _("%(who)s made this %(price)s meanwhile. Save again to replace it.")
    return {
        place.key: words
        % {
            "who": told_by(last.get(str(place.own.pk)) if place.own is not None else None),
            "price": write_as(shown, place.value(shown)) or _("empty"),
        }
        for place in contested
    }


def _history() -> Any:
    return ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(RepairOffer))


def _write(shop: SiteShop, sent: Sent, plans: list[Plan], user: Any) -> None:
    """Write what is new and what is changed, in one statement each for every batch."""
    before = {plan.place.key: write_as(sent.shown, plan.place.value(sent.shown)) for plan in plans}
    offers = [_planned(shop, sent, plan) for plan in plans]
    new = [offer for offer in offers if not offer.pk]
    known = {id(offer) for offer in new}
    RepairOffer.objects.bulk_create(new, batch_size=BATCH)
    fields = ["active", "kind", "price", "price_max"] if sent.shown == Shown.PRICE else [str(sent.shown)]
    if changed := [offer for offer in offers if id(offer) not in known]:
        # One statement a batch: bulk_update makes one case for each row and field, and takes ten times as long.
        RepairOffer.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["id"], update_fields=fields, batch_size=BATCH
        )
    _sell({plan.place.repair for plan in plans if isinstance(plan.wanted, Cell)}, shop)
    kind, at, together = ContentType.objects.get_for_model(RepairOffer), timezone.now(), uuid4()
    table = {"site": shop.site_id, "part": sent.part_grade, "shown": str(sent.shown)}
    ModelLogEntry.objects.bulk_create(  # Wagtail's own way takes a statement for each
        (
            ModelLogEntry(
                content_type=kind,
                object_id=str(offer.pk),
                label=str(offer)[:255],
                action="wagtail.create" if id(offer) in known else "wagtail.edit",
                timestamp=at,
                user=user,
                uuid=together,
                content_changed=True,
                data={
                    **table,
                    "cell": plan.place.key,
                    "before": before[plan.place.key],
                    "after": write_as(sent.shown, plan.wanted),
                },
            )
            for offer, plan in zip(offers, plans, strict=True)
        ),
        batch_size=BATCH,
    )
    bump(Scope.PRICES, site_id=shop.site_id)


def _planned(shop: SiteShop, sent: Sent, plan: Plan) -> RepairOffer:
    """The offer as it shall be, not saved."""
    place, wanted = plan.place, plan.wanted
    offer = place.own or RepairOffer(
        site_id=shop.site_id,
        repair_type=place.repair,
        subject=place.node,
        currency=shop.currency,
        part_grade=sent.part_grade,
    )
    offer.repair_type = place.repair  # its name stands in the history
    if sent.shown != Shown.PRICE:
        setattr(offer, sent.shown, wanted)
        return offer
    offer.active = wanted is not None
    if isinstance(wanted, Cell):
        offer.kind, offer.price, offer.price_max = wanted.kind, wanted.price, wanted.price_max
    return offer


def _sell(repairs: Iterable[RepairType], shop: SiteShop) -> None:
    """Make what is to be sold for the first time a product in the shop's currency. One statement where nothing is."""
    kinds = {repair.pk: repair for repair in repairs}
    ready = RepairProduct.objects.filter(
        repair_type__in=kinds,
        product__stockrecords__partner=shop.partner_id,
        product__stockrecords__price_currency=shop.currency,
    ).values_list("repair_type_id", flat=True)
    for pk in sorted(kinds.keys() - set(ready)):
        product_for(kinds[pk])


@dataclass(frozen=True)
class LastSave:
    """What somebody saved last: it can be taken back while nobody wrote anything else into its cells."""

    uuid: UUID
    at: datetime
    cells: int
    part_grade: str
    shown: str


def last_save(*, site: Site, user: Any, at: datetime) -> LastSave | None:
    """This person's last saving of this site's table, of the last day. Two statements, or one where there is none."""
    mine = _history().filter(user=user, timestamp__gt=at - UNDO_WITHIN, data__site=site.pk)
    entry = mine.exclude(uuid=None).order_by("-timestamp", "-pk").first()
    if entry is None or "cell" not in entry.data:
        return None
    count = mine.filter(uuid=entry.uuid).count()
    return LastSave(entry.uuid, entry.timestamp, count, entry.data["part"], entry.data["shown"])


def sent_back(*, site: Site, user: Any, last: LastSave) -> Sent:
    """What takes a saving back: before and after exchanged. One statement."""
    rows = [entry.data for entry in _history().filter(user=user, uuid=last.uuid, data__site=site.pk)]
    return Sent(
        given={row["cell"]: row["before"] for row in rows},
        was={row["cell"]: row["after"] for row in rows},
        part_grade=last.part_grade,
        shown=last.shown,
    )
