"""What happened on the bench lately, a sentence a line: open screens say it to each other, Today lists it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from cms.sites import Site
from repairs import keeping, tracking, workflow
from repairs.bench.people import name_of
from repairs.models import JobEvent

LIVE_SALT = "mendwell.bench-live"  # read by site_config/asgi.py
MOST = 8
READ = 3 * MOST  # some are told in one line
PHOTO = "job.photo"
AT_THE_COUNTER = "order.placed"  # why a job is received that was sold over the counter
LATELY = timedelta(hours=24)


@dataclass(frozen=True)
class News:
    """One thing that happened. `own`: whoever looks at the page did it."""

    key: int
    words: str
    reference: str
    kind: str
    at: datetime
    own: bool

    @property
    def parts(self) -> tuple[str, str, str]:
        """The sentence before, in and after the job's reference, which must not be broken at its hyphens."""
        return self.words.partition(self.reference)


def live_url(site: Site) -> str:
    """Where a page of the bench listens. The ticket is good for a few minutes; a page that is fetched again brings
    the next one, so whoever loses the bench loses the stream."""
    return f"/live/bench/?ticket={signing.dumps({'site': site.pk}, salt=LIVE_SALT)}"


def lately(site: Site, *, me: int, at: datetime) -> list[News]:
    """The newest lines of all histories of a site, those that were written last, in order of time. One statement."""
    rows = JobEvent.objects.filter(job__site=site, at__gte=at - LATELY).select_related("by", "job__contact")
    groups = together(not_said_twice(list(rows.order_by("-pk")[:READ])))
    found = [
        News(
            key=group[0].pk,
            words=sentence(group),
            reference=group[0].job.reference,
            kind=group[0].kind,
            at=group[0].at,
            own=group[0].by_id == me,
        )
        for group in groups[:MOST]
    ]
    return sorted(found, key=lambda item: item.at, reverse=True)


def not_said_twice(events: Sequence[JobEvent]) -> list[JobEvent]:
    """The events without the bookings that were made at the counter: there it is the taking in that is news. Pure."""
    taken_in = {event.job_id for event in events if event.data.get("because") == AT_THE_COUNTER}
    return [event for event in events if not (event.kind == "job.booked" and event.job_id in taken_in)]


def together(events: Iterable[JobEvent]) -> list[list[JobEvent]]:
    """The events in groups of one, photos that one person added in a row in one. Order is kept. Pure."""
    groups: list[list[JobEvent]] = []
    for event in events:
        last = groups[-1][-1] if groups else None
        if last and event.kind == PHOTO == last.kind and _where(event) == _where(last):
            groups[-1].append(event)
        else:
            groups.append([event])
    return groups


def _where(event: JobEvent) -> tuple[int, int | None, bool]:
    return event.job_id, event.by_id, event.public


def words_of(group: Sequence[JobEvent]) -> str:
    """What a line of the history says of a group of events, in the active language."""
    if len(group) == 1:
        return tracking.words_of(group[0])
    return _("%(n)s photos added") % {"n": len(group)}


def sentence(group: Sequence[JobEvent]) -> str:
    """The line as colleagues tell each other, in the active language."""
    event = group[0]
    facts: dict[str, Any] = {
        "who": name_of(event.by) if event.by else "",
        "job": event.job.reference,
        "what": event.job.subject_name,
        "customer": event.job.contact.name,
        "status": workflow.label_of(event.status),
        "name": event.data.get("to", ""),
    }
    if event.kind == "job.booked":
        return _("New booking: %(what)s of %(customer)s, %(job)s") % facts
    if not event.by:
        return f"{event.job.reference}: {words_of(group)}"
    if event.data.get("because") == AT_THE_COUNTER:
        return _("%(who)s took in %(what)s of %(customer)s, %(job)s") % facts
    told = {
        "job.note": _("%(who)s wrote a note on %(job)s"),
        "job.promised": _("%(who)s promised a time for %(job)s"),
        keeping.LET_GO: _("%(who)s lets %(job)s be handed over"),
        "job.assigned": _("%(who)s gave %(job)s to %(name)s") if facts["name"] else _("%(who)s freed %(job)s"),
        workflow.UNDONE: _("%(who)s took %(job)s back to “%(status)s”"),
    }
    if "from" in event.data:
        return _("%(who)s moved %(job)s to “%(status)s”") % facts
    if event.kind in told:
        return told[event.kind] % facts
    return f"{facts['who']}: {words_of(group)} ({facts['job']})"
