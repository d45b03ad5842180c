"""My repairs: the list by where they stand, and everything about one of them."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy

from notifications.contacts import one_line
from notifications.models import Message
from repairs import tracking
from repairs.models import Job
from repairs.times import zone_word
from repairs.tracking_page import gallery, what_to_bring
from shop.models import OrderLineQuote
from shop.portal import messages, mine
from shop.portal.mine import Mine
from shop.portal.tracking import keys_of_order

MOST_LETTERS = 20
SHOWS = {
    "": (gettext_lazy("All"), None),
    "upcoming": (gettext_lazy("Upcoming"), mine.UPCOMING),
    "progress": (gettext_lazy("In progress"), mine.IN_PROGRESS),
    "history": (gettext_lazy("History"), mine.OVER),
}


class Repairs(Mine):
    """My repairs: upcoming, in progress, history; found by reference, device or repair."""

    template_name = "portal/repairs.html"

    def facts(self, **named: Any) -> dict[str, Any]:
        """The tabs with their counts, and a page of rows."""
        show = self.request.GET.get("show", "")
        show = show if show in SHOWS else ""
        query = one_line(self.request.GET.get("q", ""), 80)
        jobs = mine.jobs(self.request.user, self.site)
        paged = self.paged(self._found(jobs, show, query))
        return paged | {
            "rows": [mine.row_of(job, at=self.at) for job in paged["page_obj"]],
            "tabs": self._tabs(jobs),
            "show": show,
            "query": query,
        }

    def _found(self, jobs: QuerySet[Job], show: str, query: str) -> QuerySet[Job]:
        statuses = SHOWS[show][1]
        found = jobs.filter(status__in=statuses) if statuses else jobs
        if query:
            named = Q(reference__icontains=query) | Q(subject_name__icontains=query) | Q(tasks__name__icontains=query)
            found = found.filter(pk__in=jobs.filter(named).values("pk"))
        return mine.job_rows(found).order_by("-created_at", "-pk")

    def _tabs(self, jobs: QuerySet[Job]) -> list[dict[str, Any]]:
        counts = dict(jobs.order_by().values_list("status").annotate(number=Count("pk")))
        return [
            {
                "key": key,
                "label": label,
                "count": sum(number for status, number in counts.items() if not statuses or status in statuses),
            }
            for key, (label, statuses) in SHOWS.items()
        ]


class Repair(Mine):
    """One repair: steps, photos, notes, price, money, visit, messages."""

    template_name = "portal/repair.html"

    def facts(self, **named: Any) -> dict[str, Any]:
        """Everything about it. 404 for a repair that is not mine, as for one that is not there."""
        jobs = mine.jobs(self.request.user, self.site).select_related(
            "appointment", "contact", "device", "order_row__order__visit__site__shop"
        )
        job = get_object_or_404(jobs, reference=self.kwargs["reference"])
        story = tracking.story(job, at=self.at)
        token = tracking.token(job)
        visit = job.appointment
        row = getattr(job, "order_row", None)
        keys = [f"job:{job.reference}:", f"track.link:{job.reference}:", *(keys_of_order([job.pk]) if row else [])]
        return {
            "job": job,
            "story": story,
            "notes": [event for event in reversed(story.events) if event.note],
            "photos": gallery(job, token),
            "icon": job.device.icon if job.device else "wrench",
            "visit_zone": zone_word(visit.starts_at, self.shop.zone) if visit else "",
            "promise_zone": zone_word(job.promised_at, self.shop.zone) if job.promised_at else "",
            "bring": what_to_bring(job),
            "live_url": "" if story.finished else f"/live/{token}/",
            "tracking_link": tracking.link(job),
            "calendar_url": f"/track/{token}/visit.ics" if story.starts_at and story.starts_at > self.at else "",
            "sold": self._sold(job),
            "money": mine.order_rows([row.order])[0] if row else None,
            "tax_name": self.tax_name(),
            "letters": [messages.row_of(message) for message in self._letters(keys)],
        }

    def _letters(self, keys: list[str]) -> QuerySet[Message]:
        return mine.sent(self.request.user, self.site).filter(begins_with(keys))[:MOST_LETTERS]

    def _sold(self, job: Job) -> list[OrderLineQuote]:
        rows = OrderLineQuote.objects.filter(job=job).select_related("line", "quote")
        return list(rows.order_by("line_id"))


def begins_with(keys: list[str]) -> Q:
    """Messages whose dedupe keys begin with one of these."""
    about = Q(pk=None)
    for key in keys:
        about |= Q(dedupe_key__startswith=key)
    return about
