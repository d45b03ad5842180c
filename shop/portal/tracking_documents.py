"""A guest's documents behind the tracking link of the repair they are about."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from repairs.models import Job
from repairs.tracking_page import ByLink
from shop.document_pages import DocumentPage, Listed, listed
from shop.models import Document


def of_guest(job: Job) -> QuerySet[Document]:
    """The documents of the job's order, when no account owns it: who has one logs in to see name and address."""
    return Document.objects.filter(order__job_rows__job=job, order__user=None, order__visit__contact__user=None)


def behind_link(job: Job, token: str) -> list[Listed]:
    """The same for a list, newest first. One statement."""
    rows = of_guest(job).defer("facts").order_by("-pk")
    return [listed(row, route="track-document", args=[token]) for row in rows]


class TrackedDocument(ByLink, DocumentPage):
    """A document of the order that the linked repair belongs to."""

    route = "track-document"

    def theirs(self) -> QuerySet[Document]:
        return of_guest(self.job)

    def back(self, document: Document) -> tuple[str, str]:
        token: Any = self.kwargs["token"]
        return reverse("track", args=[token]), _("Back to the repair")
