"""A document on a page to read and to print, and as PDF. Each subclass says whose documents it shows, and to whom."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from cms.sites import site_for
from shop import document_pdf, document_words
from shop.documents import file_name
from shop.models import Document


@dataclass(frozen=True)
class Listed:
    """A document as lists show it (template `documents/list.html`), with the addresses of its page and its PDF."""

    number: str
    title: str
    at: datetime
    total: Decimal
    currency: str
    page: str
    pdf: str


def documents_of(order: Any, *, route: str = "counter:document", args: Sequence[str] = ()) -> list[Listed]:
    """An order's documents, newest first, for lists. `route` names the page, `args` stand before the number in it.
    One statement."""
    return by_order([order], route=route, args=args)[order.pk]


def by_order(orders: Iterable[Any], *, route: str, args: Sequence[str] = ()) -> dict[int, list[Listed]]:
    """The same for many orders, by their ids. One statement."""
    found: dict[int, list[Listed]] = {order.pk: [] for order in orders}
    for row in Document.objects.filter(order__in=list(found)).defer("facts").order_by("-pk"):
        found[row.order_id].append(listed(row, route=route, args=args))
    return found


def listed(row: Document, *, route: str, args: Sequence[str] = ()) -> Listed:
    """One document for a list. No statement."""
    where = [*args, row.number]
    return Listed(
        number=row.number,
        title=row.get_kind_display(),
        at=row.issued_at,
        total=row.total,
        currency=row.currency,
        page=reverse(route, args=where),
        pdf=reverse(f"{route}-pdf", args=where),
    )


def pdf_answer(document: Document) -> HttpResponse:
    """The PDF, shown in the browser under a safe file name; nobody but the reader keeps it."""
    answer = HttpResponse(document_pdf.pdf(document), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{file_name(document)}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@method_decorator(never_cache, name="dispatch")
class DocumentPage(View):
    """One document; with `as_pdf` the file. What is not found among `theirs` is 404.

    Template context: `paper` (document_words.Paper), `pdf`, `back` and `back_words` (where one came from).
    """

    http_method_names = ["get", "head"]
    template_name = "documents/page.html"
    route = ""
    as_pdf = False

    @abstractmethod
    def theirs(self) -> QuerySet[Document]:
        """The documents that this reader may see, of the site asked or not: the page narrows them to it."""

    @abstractmethod
    def back(self, document: Document) -> tuple[str, str]:
        """The address that one came from, and its words."""

    def get(self, request: HttpRequest, number: str, **more: str) -> HttpResponse:
        """The page or the file."""
        document = get_object_or_404(self.theirs(), site=site_for(request), number=number)
        if self.as_pdf:
            return private(pdf_answer(document))
        address, words = self.back(document)
        file = reverse(f"{self.route}-pdf", kwargs={**more, "number": document.number})
        facts = {"paper": document_words.paper(document), "pdf": file, "back": address, "back_words": words}
        return private(render(request, self.template_name, facts))


def private(answer: HttpResponse) -> HttpResponse:
    """The answer with the wish that no search engine keeps it and no other site learns its address."""
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
