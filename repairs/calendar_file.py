"""A visit as a calendar file: for the telephone in the pocket, behind the tracking link."""

from datetime import UTC, datetime, timedelta

import icalendar
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.models import ShopSettings
from cms.sites import shop_settings
from notifications.contacts import readable_phone
from repairs import tracking
from repairs.models import Appointment, Job
from repairs.tracking_page import ByLink

REMIND_BEFORE = timedelta(hours=24)


def calendar_file(job: Job, *, visit: Appointment, shop: ShopSettings, at: datetime) -> bytes:
    """The visit of a job as an iCalendar file (RFC 5545) made at a moment, in the active language, times in UTC.

    The UID is the same for one appointment for ever, so that a file opened again changes the entry and adds none; a
    visit that was taken back takes its entry back too.
    """
    over = visit.state == Appointment.State.CANCELLED
    event = icalendar.Event()
    event.add("uid", f"{visit.reference.lower()}@mendwell")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", visit.starts_at.astimezone(UTC))
    event.add("dtend", visit.ends_at.astimezone(UTC))
    event.add("summary", _("%(shop)s: %(device)s") % {"shop": shop.name, "device": job.subject_name})
    event.add("location", ", ".join(part for part in (shop.name, shop.address) if part))
    event.add("description", _description(job, shop, at))
    event.add("url", tracking.link(job))
    event.add("status", "CANCELLED" if over else "CONFIRMED")
    event.add("sequence", int(over))
    if not over:
        event.add_component(_alarm(event))
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Mendwell//Visit//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if over else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _description(job: Job, shop: ShopSettings, at: datetime) -> str:
    lines = [
        _("Reference %(reference)s.") % {"reference": job.reference},
        tracking.next_of(job, at=at),
        _("Follow it here: %(link)s") % {"link": tracking.link(job)},
        _("Something changed? Call %(phone)s.") % {"phone": readable_phone(shop.phone)} if shop.phone else "",
    ]
    return "\n".join(line for line in lines if line)


def _alarm(event: icalendar.Event) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event["summary"])
    alarm.add("trigger", -REMIND_BEFORE)
    return alarm


class VisitFile(ByLink):
    """The file of the visit behind a tracking link; 404 for a link that is not good and for a job without a visit."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """A download named like the job's reference, never stored on the way."""
        job = self.job
        if job.appointment is None:
            raise Http404(_("This repair has no visit."))
        content = calendar_file(job, visit=job.appointment, shop=shop_settings(job.site), at=timezone.now())
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{job.reference.lower()}.ics"'
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response
