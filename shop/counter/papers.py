"""Documents for staff: any of this shop."""

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from shop.document_pages import DocumentPage
from shop.models import Document, OrderJob


class DocumentForStaff(PermissionRequiredMixin, DocumentPage):
    """A document, with the way back to its job."""

    permission_required = "shop.view_document"
    template_name = "documents/bench.html"
    route = "counter:document"

    def theirs(self) -> QuerySet[Document]:
        return Document.objects.all()

    def back(self, document: Document) -> tuple[str, str]:
        row = OrderJob.objects.filter(order=document.order_id).select_related("job").order_by("job_id").first()
        if row is None:
            return reverse("bench:board"), _("Back to the board")
        return reverse("bench:job", args=[row.job.reference]), row.job.reference
