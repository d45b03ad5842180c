"""Today and the board as the counter sees them: the bench's pages, and on each card whether it is paid."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from repairs.bench import board, today
from repairs.bench.cards import Badge, Marks
from repairs.models import Job
from repairs.workflow import Status
from shop.models import OrderJob
from shop.payments.starting import PAYABLE


def money_marks(jobs: Sequence[Job]) -> Marks:
    """Which of these jobs are not paid for: loud once the thing is ready, quiet before. One statement.

    A booking that waits for its first payment says so already.
    """
    statuses = dict(OrderJob.objects.filter(job__in=[job.pk for job in jobs]).values_list("job", "order__status"))
    marks: dict[int, Sequence[Badge]] = {}
    for job in jobs:
        visit = job.appointment
        told = job.status == Status.BOOKED and visit and visit.state == visit.State.PROVISIONAL
        if told or job.status == Status.CANCELLED or statuses.get(job.pk) not in PAYABLE:
            continue
        words = _("Part paid") if statuses[job.pk] == "part-paid" else _("Not paid")
        marks[job.pk] = (Badge(words, "attention" if job.status in (Status.READY, Status.COLLECTED) else ""),)
    return marks


class TodayPage(today.TodayPage):
    """Today, with money."""

    def marks(self, jobs: Sequence[Job]) -> Marks:
        return money_marks(jobs)


class BoardPage(board.BoardPage):
    """The board, with money; an order's number finds its jobs."""

    def marks(self, jobs: Sequence[Job]) -> Marks:
        return money_marks(jobs)

    def matching(self, words: str) -> Q:
        return super().matching(words) | Q(order_row__order__number__iexact=words)
