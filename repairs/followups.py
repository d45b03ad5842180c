"""What follows a move of a job. Called through the table in site_config/followups.py, inside the move's transaction."""

from django.utils import translation

from cms.letterhead import letterhead
from cms.models import ShopSettings
from cms.sites import shop_settings
from notifications import outbox
from repairs import booking, tracking, workflow
from repairs.models import Appointment, Job, JobEvent
from repairs.times import in_words


def tell_customer(*, event: JobEvent, job: Job) -> None:
    """Post the message of the job's new status. One for each job and status, however often it comes there.

    Nothing is posted for a move whose cause tells the customer itself.
    """
    if event.data.get("because"):
        return
    with translation.override(job.contact.language):
        context = _facts(event, job, shop_settings(job.site))
    outbox.post(
        kind=event.kind,
        contact=job.contact,
        context=context,
        dedupe_key=f"job:{job.reference}:{event.status}",
        at=event.at,
    )


def free_visit(*, event: JobEvent, job: Job) -> None:
    """A booking cancelled before the visit gives its time back, once no other job of that visit is left."""
    visit = job.appointment
    if visit is None or event.data.get("from") != workflow.Status.BOOKED:
        return
    # Two jobs of one visit cancelled at once: the second waits here, and then sees that it is the last.
    Appointment.objects.select_for_update().get(pk=visit.pk)
    if visit.jobs.exclude(pk=job.pk).exclude(status=workflow.Status.CANCELLED).exists():
        return
    booking.free(appointment=visit, at=event.at)


def _facts(event: JobEvent, job: Job, shop: ShopSettings) -> dict[str, object]:
    """What the message may say, in words of the active language, frozen now."""
    return {
        **letterhead(shop),
        "customer_name": job.contact.name,
        "link": tracking.link(job),
        "reference": job.reference,
        "device": job.subject_name,
        "repair": ", ".join(job.tasks.order_by("pk").values_list("name", flat=True)),
        "status": workflow.label_of(event.status),
        "note": event.note,
        "lines": [],
        "total": "",
        "paid": "",
        "appointment": _visit(job.appointment, shop),
        "provider_note": "",
    }


def _visit(visit: Appointment | None, shop: ShopSettings) -> str:
    return in_words(visit.starts_at, shop.zone) if visit else ""
