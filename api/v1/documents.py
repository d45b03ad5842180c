"""GET me/documents/ and documents/{number}.pdf: invoices, receipts and credit notes."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import ApiFault
from api.schema import CUSTOMER, OWNER, in_path, operation
from api.v1.document_shapes import SHOWN, OrderDocument, printed
from api.v1.me import Mine, PageAsk
from api.v1.orders import may_see
from api.views import PrivateView
from shop import document_pages
from shop.accounts import second_factor
from shop.models import Document
from shop.owners import owned_by

DOCUMENT = in_path("number", "The document's number.", "LDN-INV-2026-00042")


class MyDocuments(serializers.Serializer):
    """A page of documents, newest first."""

    items = OrderDocument(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


class MyDocumentList(Mine):
    """My documents."""

    @operation(
        name="my_documents",
        summary="My invoices, receipts and credit notes",
        tag="me",
        query=PageAsk,
        answer=MyDocuments,
        shown={"items": [SHOWN], "total": 1, "limit": 20, "offset": 0},
        role=CUSTOMER,
    )
    def get(self, request: Request) -> Response:
        """Those of my orders, and of what I ordered as a guest with an address I have verified; newest first."""
        mine = Document.objects.filter(owned_by(request.user, at="order__"), site=self.site)
        return self.page(mine.select_related("order").defer("facts").order_by("-pk"), list_of)


def list_of(rows: list[Document]) -> list[dict[str, Any]]:
    """Documents with their orders at hand, as JSON. No statement."""
    return [printed(row) for row in rows]


class DocumentFile(PrivateView):
    """A document's PDF."""

    @operation(
        name="document_file",
        summary="A document as PDF",
        tag="orders",
        path=[DOCUMENT],
        answer=OpenApiTypes.BINARY,
        shown=None,
        role=OWNER,
        media="application/pdf",
    )
    def get(self, request: Request, number: str) -> HttpResponseBase:
        """For the basket that placed the order, the customer it belongs to, and staff who may see documents."""
        rows = Document.objects.select_related("order__visit__contact")
        document = rows.filter(site=self.site, number=number).first()
        if document is None or not self.readable(request, document):
            raise ApiFault("not_found", _("There is no such document, or it is not yours."))
        return document_pages.pdf_answer(document)

    def readable(self, request: Request, document: Document) -> bool:
        """Whether it is the caller's own, or the caller is staff with their second factor."""
        user: Any = request.user
        if may_see(request, document.order.visit):
            return True
        staff = user.is_authenticated and user.has_perm("shop.view_document")
        return bool(staff and second_factor.let_in(request.auth or request._request.session, user))
