"""Reading opening hours, closed days and taken cells: what `slots` computes on."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, Q, QuerySet

from cms.sites import Site
from repairs import slots
from repairs.models import Closure, OpeningHours, Resource, SlotCell
from repairs.policies import Terms


def days_of(*, site: Site, terms: Terms, first_date: date, days: int) -> slots.Window:
    """The opening of some days in the shop's zone. Two statements."""
    hours = OpeningHours.objects.filter(site=site)
    closed = Closure.objects.filter(site=site, date__gte=first_date).values_list("date", flat=True)
    return _window(hours, closed=frozenset(closed), first_date=first_date, days=days, terms=terms)


def day_of(*, site: Site, terms: Terms, starts_at: datetime) -> slots.Window:
    """The opening of the one day on which a visit starts. One statement."""
    day = starts_at.astimezone(terms.zone).date()
    shut = Closure.objects.filter(site=OuterRef("site"), date=day)
    hours = OpeningHours.objects.filter(~Exists(shut), site=site, weekday=day.weekday())
    return _window(hours, closed=frozenset(), first_date=day, days=1, terms=terms)


def hours_on(*, site: Site, day: date) -> list[tuple[time, time]]:
    """When the shop opens and closes on a day, on its own clock, in order; empty when it is closed. One statement."""
    shut = Closure.objects.filter(site=OuterRef("site"), date=day)
    hours = OpeningHours.objects.filter(~Exists(shut), site=site, weekday=day.weekday())
    return list(hours.order_by("opens").values_list("opens", "closes"))


def taken_masks(*, site: Site, window: slots.Window, at: datetime) -> list[int]:
    """For each counter in use, the cells that others have, as bits from the window's origin. Two statements."""
    masks = dict.fromkeys(counters(site_id=site.pk).values_list("pk", flat=True), 0)
    last = window.origin + window.open.bit_length()
    rows = SlotCell.objects.filter(still_taken(at), resource__in=list(masks), cell__gte=window.origin, cell__lt=last)
    for resource_id, cell in rows.values_list("resource_id", "cell"):
        masks[resource_id] |= 1 << (cell - window.origin)
    return list(masks.values())


def counters_by_freedom(*, site_id: int, wanted: range, at: datetime) -> list[int]:
    """Ids of the counters in use, those on which the cells look free first. One statement."""
    busy = SlotCell.objects.filter(
        still_taken(at), resource=OuterRef("pk"), cell__gte=wanted.start, cell__lt=wanted.stop
    )
    found = counters(site_id=site_id).annotate(busy=Exists(busy)).order_by("busy", "pk")
    return list(found.values_list("pk", flat=True))


def counters(*, site_id: int) -> QuerySet[Resource]:
    """The counters in use: as many visits fit at once as there are rows."""
    return Resource.objects.filter(site=site_id, kind=Resource.Kind.COUNTER, active=True)


def still_taken(at: datetime) -> Q:
    """Cells that are confirmed, or held and not expired."""
    return Q(expires_at=None) | Q(expires_at__gt=at)


def _window(
    hours: Iterable[OpeningHours], *, closed: frozenset[date], first_date: date, days: int, terms: Terms
) -> slots.Window:
    return slots.open_cells(
        spans=[slots.Span(weekday=row.weekday, opens=row.opens, closes=row.closes) for row in hours],
        closed=closed,
        first_date=first_date,
        days=days,
        zone=terms.zone,
        step_minutes=terms.policy.visit_minutes,
    )
