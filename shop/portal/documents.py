"""My invoices, receipts and credit notes. Nobody else's: 404."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cms.sites import site_for
from shop.document_pages import DocumentPage
from shop.models import Document
from shop.owners import owned_by


def mine(user: Any) -> QuerySet[Document]:
    """The documents of the user's orders."""
    return Document.objects.filter(owned_by(user, at="order__"))


@method_decorator(login_required, name="dispatch")
class MyDocument(DocumentPage):
    """A document of an order of mine."""

    template_name = "documents/mine.html"
    route = "account-document"

    def theirs(self) -> QuerySet[Document]:
        return mine(self.request.user)

    def back(self, document: Document) -> tuple[str, str]:
        return reverse("account-payments"), _("Payments and documents")


@method_decorator([never_cache, login_required], name="dispatch")
class ToDocument(View):
    """An order's address of its receipt leads to its newest invoice or, before there is one, to its newest receipt."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        """404 as long as nothing was issued, and for orders of others."""
        rows = mine(request.user).filter(site=site_for(request), order__number=number).defer("facts").order_by("-pk")
        found = {row.kind: row.number for row in reversed(rows)}
        newest = found.get(Document.Kind.INVOICE) or found.get(Document.Kind.RECEIPT)
        if newest is None:
            raise Http404(_("Nothing has been paid on this order yet."))
        return redirect("account-document", number=newest)
