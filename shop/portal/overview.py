"""The first page of the portal: what comes next, what is on its way, what is to pay, what was said."""

from typing import Any

from django.db.models import Count, Q

from repairs import tracking
from repairs.models import Appointment, Job
from shop.payments.starting import PAYABLE
from shop.portal import messages, mine
from shop.portal.mine import Mine

FEW = 3
COMING = (Appointment.State.PROVISIONAL, Appointment.State.REQUESTED, Appointment.State.CONFIRMED)


class Overview(Mine):
    """My repairs at a glance."""

    template_name = "portal/overview.html"

    def facts(self, **named: Any) -> dict[str, Any]:
        """Next visit, repairs on their way, orders to pay, newest messages, quick numbers."""
        user, site = self.request.user, self.site
        jobs = mine.jobs(user, site)
        counts = jobs.aggregate(
            all=Count("pk"),
            open=Count("pk", filter=~Q(status__in=mine.OVER)),
            devices=Count("subject_name", distinct=True),
        )
        to_pay = [row for row in mine.order_rows(self._waiting()) if row.payable or row.in_store]
        under_way = mine.job_rows(jobs.filter(status__in=mine.IN_PROGRESS)).order_by("-status_at", "-pk")
        return {
            "visit": self._next_visit(jobs),
            "under_way": [mine.row_of(job, at=self.at) for job in under_way[:FEW]],
            "to_pay": to_pay,
            "recent": [messages.row_of(message) for message in mine.sent(user, site)[:FEW]],
            "counts": counts,
            "spent": mine.spent(user, site),
        }

    def _waiting(self) -> Any:
        return mine.orders(self.request.user, self.site).filter(status__in=PAYABLE).prefetch_related("lines")[:FEW]

    def _next_visit(self, jobs: Any) -> dict[str, Any] | None:
        """The soonest visit that is still to come, with what it is for. Two statements."""
        coming = jobs.filter(
            status=Job.Status.BOOKED, appointment__starts_at__gte=self.at, appointment__state__in=COMING
        )
        first = (
            coming.select_related("appointment").prefetch_related("tasks").order_by("appointment__starts_at").first()
        )
        if first is None:
            return None
        return {
            "row": mine.row_of(first, at=self.at),
            "starts_at": first.appointment.starts_at,
            "calendar_url": f"/track/{tracking.token(first)}/visit.ics",
        }
