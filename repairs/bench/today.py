"""Today: what somebody who opens the shop has to know. A fixed number of statements."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from repairs.bench.cards import DID_NOT_COME, NOT_HERE, Card, with_people
from repairs.bench.page import BenchPage
from repairs.models import Appointment, Job
from repairs.workflow import Status

VISITS = 60
ROWS = 6  # of one list; the rest is a click away
READY_LONG = timedelta(days=2)
MISSED_FOR = timedelta(days=30)  # then a visit that never came is no news any more
WORKED_ON = (Status.RECEIVED, Status.DIAGNOSING, Status.WAITING_PARTS, Status.REPAIRING, Status.TESTING)


@dataclass(frozen=True)
class Visit:
    """One line of the day: a job whose customer comes today. `state`: here, soon, late or missed."""

    card: Card
    state: str
    words: str


@dataclass(frozen=True)
class Group:
    """One list of jobs that somebody has to see to, and how many there are in all."""

    key: str
    title: str
    empty: str
    count: int
    cards: tuple[Card, ...]
    query: str = ""

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.cards)


@dataclass(frozen=True)
class Day:
    """The shop's day as two moments."""

    start: datetime
    end: datetime


def day_of(at: datetime, zone: Any) -> Day:
    """The day, on the shop's calendar, that a moment lies in."""
    today = at.astimezone(zone).date()
    return Day(
        start=datetime.combine(today, time(), tzinfo=zone),
        end=datetime.combine(today + timedelta(days=1), time(), tzinfo=zone),
    )


class TodayPage(BenchPage):
    """The day's visits, what was promised, who is waited for, and the numbers of the day."""

    template_name = "bench/today.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        at, day = context["at"], day_of(context["at"], context["zone"])
        jobs = Job.objects.filter(site=self.site)
        wanted = wants(at=at, day=day, me=self.me)
        numbers = count(jobs, {**{key: want for key, (want, _order) in wanted.items()}, **numbers_of(at=at, day=day)})
        coming = list(with_people(visits(jobs, day)).order_by("appointment__starts_at", "pk")[:VISITS])
        found = {
            key: list(with_people(jobs.filter(want)).order_by(*order)[:ROWS]) for key, (want, order) in wanted.items()
        }
        cards = self.cards_of([*coming, *(job for group in found.values() for job in group)], at=at)
        groups = {
            key: Group(
                key=key,
                **words_of(key),
                count=numbers[key],
                cards=tuple(cards[job.pk] for job in group),
            )
            for key, group in found.items()
        }
        return context | {
            "visits": [visit(cards[job.pk], at=at) for job in coming],
            "groups": groups,
            "numbers": numbers,
            "day": day,
        }


def visits(jobs: QuerySet[Job], day: Day) -> QuerySet[Job]:
    """The jobs of the day's visits that still stand."""
    return jobs.filter(appointment__starts_at__gte=day.start, appointment__starts_at__lt=day.end).exclude(
        Q(appointment__state=Appointment.State.CANCELLED) | Q(status=Status.CANCELLED)
    )


def visit(card: Card, *, at: datetime) -> Visit:
    """Whether the customer is here, comes later, should be here by now, or did not come. No statement."""
    job, appointment = card.job, card.job.appointment
    assert appointment is not None
    if job.status != Status.BOOKED:
        return Visit(card, "here", str(job.get_status_display()))
    if appointment.state == Appointment.State.MISSED or appointment.ends_at + DID_NOT_COME < at:
        return Visit(card, "missed", _("Did not come"))
    if appointment.starts_at + NOT_HERE < at:
        return Visit(card, "late", _("Not here yet"))
    return Visit(card, "soon", _("Due now") if appointment.starts_at <= at else _("Expected"))


def wants(*, at: datetime, day: Day, me: int) -> dict[str, tuple[Q, tuple[str, ...]]]:
    """For each list, which jobs are in it and in what order. Pure."""
    unready = Q(status__in=(Status.BOOKED, *WORKED_ON))
    ready_long = Q(status=Status.READY, status_at__lt=at - READY_LONG)
    unpaid = Q(status=Status.BOOKED, appointment__state=Appointment.State.PROVISIONAL)
    missed = Q(
        status=Status.BOOKED,
        appointment__starts_at__lt=day.start,
        appointment__starts_at__gte=day.start - MISSED_FOR,
    ) & ~Q(appointment__state=Appointment.State.CANCELLED)
    return {
        "due": (unready & Q(promised_at__lt=day.end), ("promised_at", "pk")),
        "customer": (ready_long | unpaid | missed, ("status_at", "pk")),
        "parts": (Q(status=Status.WAITING_PARTS), ("status_at", "pk")),
        "free": (Q(status__in=WORKED_ON, technician=None), ("-urgent", "status_at", "pk")),
        "mine": (Q(status__in=(*WORKED_ON, Status.READY), technician=me), ("-urgent", "status_at", "pk")),
    }


def numbers_of(*, at: datetime, day: Day) -> dict[str, Q]:
    """What is counted for the line at the top. Pure."""
    due_today = Q(promised_at__gte=at, promised_at__lt=day.end, status__in=(Status.BOOKED, *WORKED_ON))
    return {
        "here": Q(status__in=(*WORKED_ON, Status.READY)),
        "overdue": Q(promised_at__lt=at, status__in=(Status.BOOKED, *WORKED_ON)),
        "due_today": due_today,
        "ready": Q(status=Status.READY),
        "handed_over": Q(status=Status.COLLECTED, status_at__gte=day.start),
        "booked": Q(created_at__gte=day.start) & ~Q(status=Status.CANCELLED),
    }


def words_of(key: str) -> dict[str, str]:
    """Title, what an empty list says, and the board that shows all of it."""
    return {
        "due": {
            "title": _("Promised for today, and overdue"),
            "empty": _("Nothing is promised for today."),
            "query": "?overdue=1",
        },
        "customer": {"title": _("Waiting for the customer"), "empty": _("Nobody keeps us waiting."), "query": ""},
        "parts": {
            "title": _("Waiting for parts"),
            "empty": _("No part is on its way."),
            "query": "?status=waiting_parts",
        },
        "free": {"title": _("Nobody's yet"), "empty": _("Every job has a name on it."), "query": "?who=nobody"},
        "mine": {"title": _("My jobs"), "empty": _("Nothing has your name on it."), "query": "?who=mine"},
    }[key]


def count(jobs: QuerySet[Job], wanted: dict[str, Q]) -> dict[str, int]:
    """How many jobs there are of each kind. One statement."""
    return jobs.order_by().aggregate(**{key: Count("pk", filter=want) for key, want in wanted.items()})
