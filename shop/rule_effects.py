"""What saving a price rule would change: the prices that move most, before and after. A handful of statements."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q

from cms.models import RepairType, Subject
from cms.sites import Site, shop_settings
from repairs.models import Closure, OpeningHours
from shop import facts, pricing
from shop.models import AddOn, RepairOffer
from shop.rule_checks import speaks_of_visits, visit_on

SHOWN = 20
DEVICES_LOOKED_AT = 400
DAYS_LOOKED_AT = 28  # for a visit on a day that is not closed


@dataclass(frozen=True)
class Change:
    """One price that moves. `asked`: what the wish says beyond the plain one; the device is None for other things."""

    device: Subject | None
    repair_type: RepairType
    part_grade: str
    asked: pricing.Wanted
    before: pricing.Price
    after: pricing.Price

    @property
    def difference(self) -> Decimal:
        """How much dearer it gets; below 0 when cheaper."""
        return self.after.total - self.before.total


@dataclass(frozen=True)
class Changes:
    """The most affected prices first. `dearer` and `cheaper` count all that were looked at, not only the shown ones."""

    rows: tuple[Change, ...]
    dearer: int
    cheaper: int
    prices: int
    devices: int
    devices_in_all: int
    at: datetime
    currency: str
    visits: tuple[datetime, ...] = ()  # those that the rule speaks of and that were asked for, in the shop's own time

    @property
    def is_sample(self) -> bool:
        """Whether there are more devices than were looked at."""
        return self.devices < self.devices_in_all


@dataclass(frozen=True)
class _Asked:
    """Both sides of the comparison, and what is asked of them. `now` and `planned` hold a rule or none."""

    others: tuple[pricing.Rule, ...]
    now: tuple[pricing.Rule, ...]
    planned: tuple[pricing.Rule, ...]
    wishes: list[pricing.Wanted]
    add_ons: tuple[AddOn, ...]
    at: datetime


def changes(
    *, site: Site, now: pricing.Rule | None, planned: pricing.Rule | None, add_on: AddOn | None, at: datetime
) -> Changes:
    """Compare every price of the site with the rule as it is (`now`; None for a new one) and as it is `planned`.

    None means that it is not active. Each price is asked for twice: for the plain wish and for the wish that the
    conditions name; the one that moves more is told. A rule that begins later is looked at from its first moment on.
    Five statements, and two for a rule about visits. `add_on` is the one that either rule names.
    """
    at = max(at, planned.valid_from) if planned is not None and planned.valid_from is not None else at
    devices, in_all = _devices([rule for rule in (now, planned) if rule is not None])
    trees = facts.trees_of(devices)
    offers = facts.offers_of(site, {pk for tree in trees.values() for pk in tree}, at)
    others = tuple(rule for rule in facts.rules_of(site, at) if now is None or rule.number != now.number)
    asked = _Asked(
        others=others,
        now=(now,) if now is not None else (),
        planned=(planned,) if planned is not None else (),
        wishes=_wishes(now, planned, site, at),
        add_ons=(add_on,) if add_on is not None else (),
        at=at,
    )
    found = list(_compared(asked, devices, trees, offers))
    moved = sorted((row for row in found if row is not None), key=lambda row: -abs(row.difference))
    return Changes(
        rows=tuple(moved[:SHOWN]),
        dearer=sum(row.difference > 0 for row in moved),
        cheaper=sum(row.difference < 0 for row in moved),
        prices=len(found),
        devices=len(devices),
        devices_in_all=in_all,
        at=at,
        currency=offers[0].site.shop.currency if offers else "",
        visits=tuple(wish.visit for wish in asked.wishes if wish.visit is not None),
    )


def _devices(rules: list[pricing.Rule]) -> tuple[list[Subject], int]:
    """The published devices that a rule may be about, evenly spread when they are many, and how many there are."""
    rows = Subject.objects.filter(kind=Subject.Kind.DEVICE, live=True, parent__live=True)
    nodes = [rule.subject_id for rule in rules]
    if nodes and all(nodes):
        rows = rows.filter(Q(pk__in=nodes) | Q(parent__in=nodes) | Q(parent__parent__in=nodes))
    brands = [rule.brand for rule in rules]
    if brands and all(brands):
        rows = rows.filter(Q(brand__iexact=brands[0]) | Q(brand__iexact=brands[-1]))
    keys = list(rows.values_list("pk", flat=True))
    step = max(1, -(-len(keys) // DEVICES_LOOKED_AT))
    return list(Subject.objects.filter(pk__in=keys[::step]).select_related("parent__parent")), len(keys)


def _wishes(now: pricing.Rule | None, planned: pricing.Rule | None, site: Site, at: datetime) -> list[pricing.Wanted]:
    """The plain wish, and those that the conditions name; tree, year and repair are filled in for each price."""
    plain = pricing.Wanted(subject_ids=(), year=None, repair_type_id=0)
    local = at.astimezone(shop_settings(site).zone)
    named = [wish_of(rule, _visit_for(rule, site, local)) for rule in (now, planned) if rule is not None]
    return list(dict.fromkeys([plain, *named]))


def wish_of(rule: pricing.Rule, visit: datetime | None) -> pricing.Wanted:
    """The wish that a rule's conditions name, with a visit that meets it; where it has none, the plain answer."""
    return pricing.Wanted(
        subject_ids=(),
        year=None,
        repair_type_id=0,
        condition=rule.condition or pricing.CONDITIONS[0],
        urgency=rule.urgency or pricing.URGENCIES[0],
        service_type=rule.service_type or pricing.SERVICE_TYPES[0],
        add_ons=(rule.add_on,) if rule.add_on else (),
        visit=visit,
    )


def _visit_for(rule: pricing.Rule, site: Site, at: datetime) -> datetime | None:
    """The next visit that the rule speaks of, within the opening hours where it can be; None when it speaks of none.

    Two statements where it speaks of visits.
    """
    if not speaks_of_visits(rule):
        return None
    shut = set(Closure.objects.filter(site=site, date__gt=at.date()).values_list("date", flat=True))
    week: dict[int, list[tuple[time, time]]] = {}
    for hours in OpeningHours.objects.filter(site=site):
        week.setdefault(hours.weekday, []).append((hours.opens, hours.closes))
    days = [at.date() + timedelta(days=ahead) for ahead in range(1, DAYS_LOOKED_AT + 1)]
    open_days = ((day, week.get(day.weekday(), [])) for day in days if day not in shut)
    # The shop may be closed whenever the rule speaks of: the checks say so, and the prices are shown all the same.
    for day, spans in (*open_days, *((day, [(time.min, time.max)]) for day in days)):
        if (start := visit_on(rule, day.weekday(), spans)) is not None:
            return datetime.combine(day, start, tzinfo=at.tzinfo)
    return None


def _compared(
    asked: _Asked, devices: list[Subject], trees: dict[int, facts.Tree], offers: list[RepairOffer]
) -> Iterator[Change | None]:
    """Every price of every device, and of things that are no device; None for one that stays."""
    shelves: dict[int | None, list[RepairOffer]] = {}
    for offer in offers:
        shelves.setdefault(offer.subject_id, []).append(offer)
    for device in (*devices, None):
        tree = trees[device.pk] if device else ()
        mine = [offer for node in (*tree, None) for offer in shelves.get(node, ())]
        for choice in facts.grades(mine, tree, offers[0].site.shop.currency).values() if mine else ():
            yield from (_moved(asked, device, tree, offer) for offer in choice.values() if offer.price is not None)


def _moved(asked: _Asked, device: Subject | None, tree: facts.Tree, offer: RepairOffer) -> Change | None:
    """One price under both sides, for the wish that moves it most; None when none does."""
    year = device.year if device else None
    counted = year if year is not None else offer.site.shop.unknown_year
    moving = (*asked.now, *asked.planned)
    best: Change | None = None
    for wish in asked.wishes:
        wanted = replace(
            wish,
            subject_ids=tree,
            year=year,
            brand=device.brand if device else "",
            repair_type_id=offer.repair_type_id,
            part_grade=offer.part_grade,
        )
        # Where neither side applies nothing can move: only a rule that applies takes its group's turn or stops others.
        if not any(pricing.applies(rule, wanted=wanted, year=counted, at=asked.at) for rule in moving):
            continue
        near = _near(asked.others, wanted)
        before, after = (
            pricing.build(
                catalogue=facts.catalogue_of(offer, offer.site.shop, (*near, *mine), asked.add_ons),
                wanted=wanted,
                at=asked.at,
            )
            for mine in (asked.now, asked.planned)
        )
        change = Change(device, offer.repair_type, offer.part_grade, wanted, before, after)
        if change.difference and (best is None or abs(change.difference) > abs(best.difference)):
            best = change
    return best


def _near(rules: tuple[pricing.Rule, ...], wanted: pricing.Wanted) -> tuple[pricing.Rule, ...]:
    """The rules that are not about another device or repair: looking at all of them again is most of the work."""
    return tuple(
        rule
        for rule in rules
        if rule.repair_type_id in (None, wanted.repair_type_id)
        and (rule.subject_id is None or rule.subject_id in wanted.subject_ids)
    )
