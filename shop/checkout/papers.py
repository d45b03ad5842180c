"""Documents of the order that this browser has just placed."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from shop.document_pages import DocumentPage
from shop.models import Document


class PlacedDocument(DocumentPage):
    """For the browser that placed the order, as its confirmation is."""

    route = "checkout:document"

    def theirs(self) -> QuerySet[Document]:
        placed: Any = self.request.session.get("checkout_order_id")
        return Document.objects.filter(order=placed) if placed else Document.objects.none()

    def back(self, document: Document) -> tuple[str, str]:
        return reverse("checkout:thank-you"), _("Back to your booking")
