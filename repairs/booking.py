"""Taking time: hold, confirm, free. The database refuses doubles; this module makes the refusal polite.

The unique pair (resource, cell) is the guard. One upsert per visit, cells ascending, takes free cells and cells
under an expired hold alike; fewer rows back than cells asked for means that somebody else was first.
"""

from datetime import date, datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from cms.sites import Site
from notifications.models import Contact
from repairs import opening, policies, references, slots
from repairs.models import Appointment, Hold, SlotCell

DEADLOCK_TRIES = 3
DEADLOCKS = ("40P01", "40001")  # PostgreSQL: deadlock detected, serialization failure
NEXT_STARTS = 5
NEXT_DAYS = 14
LONGEST_MINUTES = 24 * 60
RENEWED_AT_MOST = 4  # spans of the policy: whoever needs longer than that chooses a time again
WORTH_RENEWING = timedelta(seconds=30)  # a page opened twice is not worth a write
ACTIVE = (Appointment.State.PROVISIONAL, Appointment.State.REQUESTED, Appointment.State.CONFIRMED)


class SlotTaken(Exception):
    """Somebody else was first. `next_starts` has the next free starts, as aware datetimes."""

    code = "slot_taken"

    def __init__(self, next_starts: list[datetime]) -> None:
        super().__init__(_("This time has just been taken. Please choose another one."))
        self.next_starts = next_starts


class SlotNotOffered(Exception):
    """The shop does not offer visits at this time: shut, past, too soon, too far ahead, or between two starts."""

    code = "slot_not_offered"


class HoldExpired(Exception):
    """The time was kept as long as promised and is somebody else's now, or was given back."""

    code = "hold_expired"


class _Lost(Exception):
    """One resource could not be had: undoes what was written for it."""


def free_starts(*, site: Site, at: datetime, first_date: date, days: int, minutes: int | None = None) -> list[datetime]:
    """Starts, in UTC and ascending, at which a visit of `minutes` fits on one counter or more.

    Days are dates of the shop's zone, cut to what the policy lets customers book. Raises policies.NoPolicy.
    """
    terms = policies.terms_for(site=site, at=at)
    minutes = terms.policy.visit_minutes if minutes is None else minutes
    today = at.astimezone(terms.zone).date()
    horizon = today + timedelta(days=terms.policy.horizon_days)
    first = max(first_date, today)
    days = min(days - (first - first_date).days, (horizon - first).days + 1)
    if days < 1 or not 0 < minutes <= LONGEST_MINUTES:
        return []
    window = opening.days_of(site=site, terms=terms, first_date=first, days=days)
    found = slots.free_starts(
        window=window,
        taken=opening.taken_masks(site=site, window=window, at=at),
        length=slots.length_of(minutes),
        not_before=_first_cell(terms, at),
    )
    return [slots.moment_of(cell) for cell in found]


def hold(
    *, site: Site, starts_at: datetime, at: datetime, minutes: int | None = None, replaces: Hold | None = None
) -> Hold:
    """Keep a time on any free counter for as long as the policy says; `replaces` is given back in the same step.

    Raises SlotNotOffered, SlotTaken (then `replaces` is still held), policies.NoPolicy.
    """
    terms = policies.terms_for(site=site, at=at)
    minutes = terms.policy.visit_minutes if minutes is None else minutes
    _refuse_unless_offered(site=site, terms=terms, starts_at=starts_at, minutes=minutes, at=at)
    wish = Hold(
        site=site,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        expires_at=at + timedelta(minutes=terms.policy.hold_minutes),
        created_at=at,
    )
    taken = _take_any(wish, at=at, replaces=replaces)
    if taken is None:
        raise SlotTaken(_next_starts(site=site, terms=terms, wish=wish, at=at))
    return taken


def renew(*, hold: Hold, at: datetime) -> Hold:
    """Keep a held time for the policy's span from now, at most RENEWED_AT_MOST spans from when it was first held.

    One that ran out is kept again only while nobody else took any of it. Raises HoldExpired, policies.NoPolicy.
    """
    span = timedelta(minutes=policies.policy_for(site=hold.site, at=at).hold_minutes)
    until = min(at + span, hold.created_at + RENEWED_AT_MOST * span)
    kept = hold.state == Hold.State.HELD and hold.expires_at is not None and at < hold.expires_at
    if kept and until - hold.expires_at < WORTH_RENEWING:  # type: ignore[operator]  # a kept one has an end
        return hold
    with transaction.atomic():
        still = Hold.objects.filter(pk=hold.pk, state=Hold.State.HELD, starts_at__gt=at)
        if until <= at or not still.update(expires_at=until):
            raise HoldExpired(_("The time you chose is no longer kept for you. Please choose again."))
        # Ascending, like every taker: crossed orders would deadlock. What is counted is locked until we are done.
        mine = SlotCell.objects.select_for_update().filter(hold=hold).order_by("cell")
        if len(mine.values_list("pk", flat=True)) != len(slots.cells(hold.starts_at, hold.ends_at)):
            raise HoldExpired(_("The time you chose was kept for a while and has been given away."))
        SlotCell.objects.filter(hold=hold).update(expires_at=until)
    hold.expires_at = until
    return hold


def release(*, hold: Hold, at: datetime) -> bool:
    """Give a held time back. Says whether it was still held; a confirmed one stays."""
    with transaction.atomic(savepoint=False):
        released = Hold.objects.filter(pk=hold.pk, state=Hold.State.HELD).update(state=Hold.State.RELEASED)
        if released:
            SlotCell.objects.filter(hold=hold).delete()
    return bool(released)


def confirm(*, hold: Hold, contact: Contact, at: datetime, state: str = Appointment.State.PROVISIONAL) -> Appointment:
    """Make a held time an appointment, in three statements. A late confirmation is fine while nobody else came.

    Call it inside the caller's transaction and let HoldExpired end that transaction.
    """
    with transaction.atomic(savepoint=False):
        kept = Hold.objects.filter(pk=hold.pk, state=Hold.State.HELD).update(
            state=Hold.State.CONFIRMED, expires_at=None
        )
        # Somebody may have taken a part of an expired visit: then fewer cells are left than the visit is long.
        have = SlotCell.objects.filter(hold=hold).update(expires_at=None) if kept else 0
        if have != len(slots.cells(hold.starts_at, hold.ends_at)):
            raise HoldExpired(
                _("The time you chose was kept for a while and has been given away. Please choose again.")
            )
        return Appointment.objects.create(
            site_id=hold.site_id,
            reference=references.new("A"),
            contact=contact,
            hold=hold,
            starts_at=hold.starts_at,
            ends_at=hold.ends_at,
            state=state,
            created_at=at,
        )


def settle(*, appointment: Appointment, at: datetime) -> bool:
    """The order is paid or agreed: a provisional visit becomes a promise. Says whether anything changed."""
    return _becomes(appointment, Appointment.State.CONFIRMED, before=Appointment.State.PROVISIONAL)


def unsettle(*, appointment: Appointment, at: datetime) -> bool:
    """The order is to be paid first after all: a promise is provisional again. Says whether anything changed."""
    return _becomes(appointment, Appointment.State.PROVISIONAL, before=Appointment.State.CONFIRMED)


def _becomes(appointment: Appointment, state: str, *, before: str) -> bool:
    changed = bool(Appointment.objects.filter(pk=appointment.pk, state=before).update(state=state))
    appointment.state = state if changed else appointment.state
    return changed


def free(*, appointment: Appointment, at: datetime, missed: bool = False) -> bool:
    """Cancel a visit, or note that nobody came, and give its time back. Says whether anything changed."""
    state = Appointment.State.MISSED if missed else Appointment.State.CANCELLED
    with transaction.atomic(savepoint=False):
        changed = Appointment.objects.filter(pk=appointment.pk, state__in=ACTIVE).update(state=state)
        if changed:
            SlotCell.objects.filter(hold=appointment.hold_id).delete()
            Hold.objects.filter(appointment=appointment).update(state=Hold.State.RELEASED)
            appointment.state = state
    return bool(changed)


def revive(*, appointment: Appointment, at: datetime) -> bool:
    """Take a cancelled visit's time again. Says whether the visit stands; False when the time is gone or past."""
    with transaction.atomic(savepoint=False):
        current = Appointment.objects.select_for_update().get(pk=appointment.pk)
        if current.state in ACTIVE:
            return True
        if current.state != Appointment.State.CANCELLED or current.starts_at <= at:
            return False
        wish = Hold(
            site_id=current.site_id,
            starts_at=current.starts_at,
            ends_at=current.ends_at,
            state=Hold.State.CONFIRMED,
            created_at=at,
        )
        taken = _take_any(wish, at=at)
        if taken is None:
            return False
        Appointment.objects.filter(pk=current.pk).update(hold=taken, state=Appointment.State.CONFIRMED)
    appointment.hold, appointment.state = taken, Appointment.State.CONFIRMED
    return True


def _first_cell(terms: policies.Terms, at: datetime) -> int:
    """The first cell that keeps the shortest notice."""
    return slots.cells(at, at + timedelta(minutes=terms.policy.lead_minutes)).stop


def _refuse_unless_offered(
    *, site: Site, terms: policies.Terms, starts_at: datetime, minutes: int, at: datetime
) -> None:
    """Cheap tests first, so that absurd wishes neither overflow nor cost a statement."""
    horizon = at.astimezone(terms.zone).date() + timedelta(days=terms.policy.horizon_days)
    possible = (
        0 < minutes <= LONGEST_MINUTES
        and at <= starts_at <= at + timedelta(days=terms.policy.horizon_days + 1)
        and starts_at.astimezone(terms.zone).date() <= horizon
        and starts_at == slots.moment_of(slots.cell_of(starts_at))
        and slots.cell_of(starts_at) >= _first_cell(terms, at)
    )
    if not possible:
        raise SlotNotOffered(_("This time cannot be booked. Please choose one of the times offered."))
    wanted = slots.cells(starts_at, starts_at + timedelta(minutes=minutes))
    if not slots.offers(window=opening.day_of(site=site, terms=terms, starts_at=starts_at), wanted=wanted):
        raise SlotNotOffered(_("We do not offer visits at this time. Please choose one of the times offered."))


def _take_any(wish: Hold, *, at: datetime, replaces: Hold | None = None) -> Hold | None:
    """The wish on the first counter that can be had, or None. Crossed bookers (deadlock) try again."""
    wanted = slots.cells(wish.starts_at, wish.ends_at)
    for attempt in range(1, DEADLOCK_TRIES + 1):
        try:
            for resource_id in opening.counters_by_freedom(site_id=wish.site_id, wanted=wanted, at=at):
                try:
                    return _take(wish, resource_id=resource_id, wanted=wanted, at=at, replaces=replaces)
                except _Lost:
                    continue
            return None
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in DEADLOCKS or attempt == DEADLOCK_TRIES:
                raise
    return None


def _take(wish: Hold, *, resource_id: int, wanted: range, at: datetime, replaces: Hold | None) -> Hold:
    """Write hold and cells on one counter, or nothing at all (_Lost)."""
    with transaction.atomic():
        if replaces is not None:
            release(hold=replaces, at=at)
        taken = Hold.objects.create(
            site_id=wish.site_id,
            reference=references.new("H", groups=3),
            resource_id=resource_id,
            starts_at=wish.starts_at,
            ends_at=wish.ends_at,
            state=wish.state,
            expires_at=wish.expires_at,
            created_at=wish.created_at,
        )
        if _occupy(taken, wanted=wanted, at=at) != len(wanted):
            raise _Lost
    return taken


def _occupy(taken: Hold, *, wanted: range, at: datetime) -> int:
    """Put the hold on its cells, over expired ones, in one statement. How many could be had.

    The ORM's upsert cannot carry the WHERE; cells go in ascending, for other orders deadlock.
    """
    table = SlotCell._meta.db_table
    expires_at = connection.ops.adapt_datetimefield_value(taken.expires_at)
    rows = [value for cell in wanted for value in (taken.resource_id, cell, taken.pk, expires_at)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (resource_id, cell, hold_id, expires_at)"
            f" VALUES {', '.join(['(%s, %s, %s, %s)'] * len(wanted))}"
            " ON CONFLICT (resource_id, cell) DO UPDATE"
            " SET hold_id = excluded.hold_id, expires_at = excluded.expires_at"
            f" WHERE {table}.expires_at <= %s RETURNING id",
            [*rows, connection.ops.adapt_datetimefield_value(at)],
        )
        return len(cursor.fetchall())


def _next_starts(*, site: Site, terms: policies.Terms, wish: Hold, at: datetime) -> list[datetime]:
    """A handful of free starts: those after the wished one, or the first ones there are."""
    found = free_starts(
        site=site,
        at=at,
        first_date=wish.starts_at.astimezone(terms.zone).date(),
        days=NEXT_DAYS,
        minutes=int((wish.ends_at - wish.starts_at).total_seconds()) // 60,
    )
    later = [start for start in found if start > wish.starts_at]
    return (later or found)[:NEXT_STARTS]
