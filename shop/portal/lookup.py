"""Find my repair: a reference and the address or number given at booking bring the tracking link to that address.

Nobody learns here whether there is such a repair: every asking writes one task and gets one answer, and the worker
does the looking up.
"""

from copy import copy
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import translation
from django_q.tasks import async_task

from cms.letterhead import letterhead
from cms.sites import Site, shop_settings
from notifications import contacts, outbox
from notifications.contacts import one_line
from notifications.models import Contact
from repairs import tracking
from repairs.models import Job

TASK = "shop.portal.lookup.send_links"
MOST = 5  # jobs of one order
AGAIN_SECONDS = 600  # whoever asks on gets one message in this span


def ask(*, site: Site, reference: str, reach: str, at: datetime) -> None:
    """Queue the looking up. One statement, whatever was asked. The task's row goes when it is done."""
    async_task(TASK, site.pk, one_line(reference, 40), one_line(reach, 254), at, task_name="track link", save=False)


def send_links(site_id: int, reference: str, reach: str, at: datetime) -> int:
    """Send the link of each repair with this reference, or of this order, to its customer, if `reach` is theirs.

    Returns how many were posted. Nothing goes to an address that was only typed.
    """
    wanted = reference.strip().upper()
    jobs = Job.objects.filter(Q(reference=wanted) | Q(order_row__order__number=wanted), site=site_id)
    found = jobs.select_related("contact", "site__shopsettings").order_by("pk")[:MOST]
    told = [(job, to) for job in found if (to := reached_by(job.contact, reach))]
    for job, contact in told:
        _post(job, contact, at)
    return len(told)


def reached_by(contact: Contact, reach: str) -> Contact | None:
    """The contact with only the detail that was named, so that nothing goes elsewhere; None when it is neither."""
    try:
        email = contacts.normal_email(reach) if "@" in reach else ""
        phone = "" if email else contacts.normal_phone(reach)
    except contacts.ContactNotUsable:
        return None
    if email and email == contact.email:
        only = copy(contact)
        only.phone = ""
        return only
    if phone and phone == str(contact.phone or ""):
        only = copy(contact)
        only.email = ""
        return only
    return None


def _post(job: Job, contact: Contact, at: datetime) -> None:
    shop = shop_settings(job.site)
    with translation.override(contact.language):
        context: dict[str, Any] = {
            **letterhead(shop),
            "customer_name": contact.name,
            "link": tracking.link(job),
            "reference": job.reference,
            "device": job.subject_name,
        }
    span = int(at.timestamp()) // AGAIN_SECONDS
    key = f"track.link:{job.reference}:{span}"
    outbox.post(kind="track.link", contact=contact, context=context, dedupe_key=key, at=at)
