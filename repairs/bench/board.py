"""The board: every open job in its column, narrowed down by what the address says. A fixed number of statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from repairs.bench import filters, people
from repairs.bench.cards import FINISHED, Card, with_people
from repairs.bench.page import BenchPage
from repairs.models import Job, JobTask
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
OPEN_CARDS = 30
FINISHED_CARDS = 5
PAGE = 25
LEAST_DIGITS = 4  # of a telephone number, before a search looks there


@dataclass(frozen=True)
class Column:
    """One status on the board: how many jobs are in it, how many of them wait too long, and the first of them."""

    status: str
    label: str
    count: int
    late: int
    cards: tuple[Card, ...]

    @property
    def finished(self) -> bool:
        """Whether its jobs are over; such a column is kept shut."""
        return self.status in FINISHED

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.cards)


class BoardPage(BenchPage):
    """The board; with `q` or `status` in the address, a list of the jobs found, in pages.

    A whole reference, as a scanner reads it from a label, leads straight to its job.
    """

    template_name = "bench/board.html"
    list_template_name = "bench/list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        words = self._words().upper()
        if words.startswith("R-") and Job.objects.filter(site=self.site, reference=words).exists():
            return redirect("bench:job", reference=words)
        return super().get(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        return [self.list_template_name if self._asked() else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Columns, or one page of what was asked for."""
        context = super().get_context_data(**kwargs)
        at, colleagues = context["at"], people.of_the_bench()
        chosen = filters.read(self.request.GET.dict())
        jobs = chosen.applied(Job.objects.filter(site=self.site), me=self.me, people=colleagues, at=at)
        context |= {
            "q": self._words(),
            "filters": chosen,
            "people": colleagues,
            "families": filters.families(),
            "hand_overs": filters.HAND_OVERS,
        }
        if self._asked():
            return context | self._found(jobs, at=at) | {"live_url": ""}
        columns = self.columns(jobs, at=at)
        return context | {"columns": columns, "shown": self._shown(columns)}

    def columns(self, jobs: QuerySet[Job], *, at: datetime) -> list[Column]:
        """A column for each status: open ones by who waits longest, finished ones newest first. 12 statements."""
        found: dict[str, list[Job]] = {}
        for status in OPEN:
            order = ("appointment__starts_at", "pk") if status == Status.BOOKED else ("status_at", "pk")
            found[status] = list(with_people(jobs.filter(status=status)).order_by(*order)[:OPEN_CARDS])
        for status in FINISHED:
            newest = with_people(jobs.filter(status=status)).order_by("-status_at", "-pk")
            found[status] = list(newest[:FINISHED_CARDS])
        cards = self.cards_of([job for group in found.values() for job in group], at=at)
        counts = counts_of(jobs, at=at)
        return [
            Column(
                status=status,
                label=str(Status(status).label),
                count=counts.get(status, (0, 0))[0],
                late=counts.get(status, (0, 0))[1],
                cards=tuple(cards[job.pk] for job in group),
            )
            for status, group in found.items()
        ]

    def _shown(self, columns: list[Column]) -> str:
        """The one column that a phone shows: what the address says, else the first with work in it."""
        asked = self.request.GET.get("show", "")
        busy = [column.status for column in columns if column.count and not column.finished]
        return asked if asked in Status.values else next(iter(busy), str(Status.BOOKED))

    def _words(self) -> str:
        return self.request.GET.get("q", "").replace("\x00", "").strip()[:80]

    def _asked(self) -> bool:
        return bool(self._words()) or self.request.GET.get("status") in Status.values

    def matching(self, words: str) -> Q:
        """Which jobs the words find. The room above adds what it knows of them, such as the order."""
        return matching(words)

    def _found(self, jobs: QuerySet[Job], *, at: datetime) -> dict[str, Any]:
        """One page of jobs that carry the words, or stand in the status, newest movement first."""
        words, status = self._words(), self.request.GET.get("status", "")
        if words:
            jobs = jobs.filter(self.matching(words))
        if status in Status.values:
            jobs = jobs.filter(status=status)
        pages = Paginator(with_people(jobs.order_by("-status_at", "-pk")), PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        found = list(page.object_list)
        cards = self.cards_of(found, at=at)
        return {
            "cards": [cards[job.pk] for job in found],
            "page_obj": page,
            "page_range": pages.get_elided_page_range(page.number),
            "status_label": Status(status).label if status in Status.values else "",
        }


def matching(words: str) -> Q:
    """Jobs with these words in the reference, the customer's name or e-mail, the device, what is done to it, or the
    telephone number."""
    wanted = (
        Q(reference__icontains=words)
        | Q(contact__name__icontains=words)
        | Q(contact__email__icontains=words)
        | Q(subject_name__icontains=words)
        | Q(Exists(JobTask.objects.filter(job=OuterRef("pk"), name__icontains=words)))
    )
    digits = "".join(sign for sign in words if sign in "0123456789").lstrip("0")
    if len(digits) >= LEAST_DIGITS and not any(sign.isalpha() for sign in words):
        wanted |= Q(contact__phone__contains=digits)
    return wanted


def counts_of(jobs: QuerySet[Job], *, at: datetime) -> Mapping[str, tuple[int, int]]:
    """For each status, how many jobs there are and how many broke their promise. One statement."""
    broken = Q(promised_at__lt=at)
    rows = jobs.order_by().values_list("status").annotate(number=Count("pk"), late=Count("pk", filter=broken))
    return {status: (number, late if status in OPEN and status != Status.READY else 0) for status, number, late in rows}
