"""The board: every open job in its column, today's visits, search. A fixed number of statements."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core import signing
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from cms.sites import shop_settings, site_for
from repairs.bench.cards import Card, card
from repairs.models import Appointment, Job, JobTask
from repairs.workflow import Status

OPEN = (
    Status.BOOKED,
    Status.RECEIVED,
    Status.DIAGNOSING,
    Status.WAITING_PARTS,
    Status.REPAIRING,
    Status.TESTING,
    Status.READY,
)
FINISHED = (Status.COLLECTED, Status.CANCELLED)
OPEN_CARDS = 30
FINISHED_CARDS = 5
VISITS = 40
PAGE = 25
LIVE_SALT = "mendwell.bench-live"  # read by site_config/asgi.py


@dataclass(frozen=True)
class Column:
    """One status on the board: how many jobs are in it, and the first of them."""

    status: str
    label: str
    count: int
    cards: tuple[Card, ...]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.cards)


@method_decorator(never_cache, name="dispatch")
class BoardPage(PermissionRequiredMixin, TemplateView):
    """The board; with `q` or `status` in the address, a list of the jobs found, in pages."""

    permission_required = "repairs.see_bench"
    template_name = "bench/board.html"
    list_template_name = "bench/list.html"

    def get_template_names(self) -> list[str]:
        return [self.list_template_name if self._asked() else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Columns and visits, or one page of what was asked for."""
        at = timezone.now()
        site = site_for(self.request)
        zone = shop_settings(site).zone
        jobs = Job.objects.filter(site=site)
        mine = self.request.GET.get("mine") == "1"
        if mine:
            jobs = jobs.filter(technician=self.request.user.pk)
        context = super().get_context_data(**kwargs) | {
            "at": at,
            "zone": zone,
            "mine": mine,
            "q": self._words(),
            "can_work": self.request.user.has_perm("repairs.work_bench"),
        }
        if self._asked():
            return context | self._found(jobs, at=at)
        ticket = signing.dumps({"site": site.pk}, salt=LIVE_SALT)
        return context | {
            "columns": columns(jobs, at=at),
            "visits": visits(jobs, at=at, zone=zone),
            "live_url": f"/live/bench/?ticket={ticket}",
        }

    def _words(self) -> str:
        return self.request.GET.get("q", "").replace("\x00", "").strip()[:80]

    def _asked(self) -> bool:
        return bool(self._words()) or self.request.GET.get("status") in Status.values

    def _found(self, jobs: QuerySet[Job], *, at: datetime) -> dict[str, Any]:
        """One page of jobs that carry the words, or stand in the status, newest movement first."""
        words, status = self._words(), self.request.GET.get("status", "")
        if words:
            jobs = jobs.filter(
                Q(reference__icontains=words) | Q(contact__name__icontains=words) | Q(subject_name__icontains=words)
            )
        if status in Status.values:
            jobs = jobs.filter(status=status)
        pages = Paginator(with_people(jobs.order_by("-status_at", "-pk")), PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        found = list(page.object_list)
        load_tasks(found)
        return {
            "cards": [card(job, at=at) for job in found],
            "page_obj": page,
            "page_range": pages.get_elided_page_range(page.number),
            "status_label": Status(status).label if status in Status.values else "",
        }


def columns(jobs: QuerySet[Job], *, at: datetime) -> list[Column]:
    """A column for each status: open ones by who waits longest, finished ones newest first. 11 statements."""
    counts = dict(jobs.order_by().values_list("status").annotate(Count("pk")))
    found: dict[str, list[Job]] = {}
    for status in OPEN:
        order = ("appointment__starts_at", "pk") if status == Status.BOOKED else ("status_at", "pk")
        found[status] = list(with_people(jobs.filter(status=status)).order_by(*order)[:OPEN_CARDS])
    for status in FINISHED:
        newest = with_people(jobs.filter(status=status)).order_by("-status_at", "-pk")
        found[status] = list(newest[:FINISHED_CARDS])
    load_tasks([job for group in found.values() for job in group])
    return [
        Column(
            status=status,
            label=str(Status(status).label),
            count=counts.get(status, 0),
            cards=tuple(card(job, at=at) for job in group),
        )
        for status, group in found.items()
    ]


def visits(jobs: QuerySet[Job], *, at: datetime, zone: Any) -> list[Job]:
    """The jobs of today's visits, on the shop's calendar, in the order of the day. One statement."""
    today = at.astimezone(zone).date()
    start = datetime.combine(today, time(), tzinfo=zone)
    end = datetime.combine(today + timedelta(days=1), time(), tzinfo=zone)
    booked = jobs.filter(appointment__starts_at__gte=start, appointment__starts_at__lt=end).exclude(
        appointment__state=Appointment.State.CANCELLED
    )
    return list(with_people(booked).order_by("appointment__starts_at", "pk")[:VISITS])


def with_people(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """The jobs with all that a card names."""
    return jobs.select_related("contact", "appointment", "technician")


def load_tasks(jobs: list[Job]) -> None:
    """Fetch the tasks of all these jobs at once."""
    prefetch_related_objects(jobs, Prefetch("tasks", JobTask.objects.order_by("pk")))
