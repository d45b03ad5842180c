"""The books for accountants: a span of days of the shop's calendar, its sums, and two files to take away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from cms.sites import shop_settings, site_for
from shop import document_checks
from shop.counter import book_files, odd
from shop.models import Document, LedgerEntry

MOST_DAYS = 366
MONTHS = 6  # offered as links
YEARS = (2000, 2200)  # days outside of them are slips of the keyboard
PENCE = Decimal("0.01")


@dataclass(frozen=True)
class Span:
    """Days of the shop's calendar, the last one included."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From when, and until before when."""
        ends = (self.first, self.last + timedelta(days=1))
        first, end = (datetime.combine(day, time.min, tzinfo=self.zone) for day in ends)
        return first, end

    def documents(self, site: Any) -> QuerySet[Document]:
        """What was issued then, in the order of issue."""
        first, end = self.moments
        return Document.objects.filter(site=site, issued_at__gte=first, issued_at__lt=end)

    def entries(self, site: Any) -> QuerySet[LedgerEntry]:
        """What was booked then."""
        first, end = self.moments
        return LedgerEntry.objects.filter(site=site, at__gte=first, at__lt=end)


class SpanForm(forms.Form):
    """From a day to a day."""

    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        """The first day is not after the last one, and they are a year apart at most."""
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if any(day and not YEARS[0] <= day.year < YEARS[1] for day in (first, last)):
            raise ValidationError(_("Look at the year: it is too long ago, or too far ahead."))
        if first and last and not first <= last < first + timedelta(days=MOST_DAYS):
            raise ValidationError(_("Choose days in their order, a year at most."))
        return found


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the day's month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def months_before(day: date) -> Iterator[tuple[date, date]]:
    """The day's month and those before it."""
    for _place in range(MONTHS):
        first, last = month_of(day)
        yield first, last
        day = first - timedelta(days=1)


class Books(PermissionRequiredMixin, View):
    """What page and files share: who may, and which days are asked for."""

    permission_required = "shop.view_ledgerentry"

    def asked(self) -> tuple[SpanForm, Span | None]:
        """The form and its span; this month when nothing is asked, None when what is asked makes no sense."""
        zone = shop_settings(site_for(self.request)).zone
        first, last = month_of(timezone.localtime(timezone.now(), zone).date())
        given = self.request.GET if {"first", "last"} & set(self.request.GET) else {"first": first, "last": last}
        form = SpanForm(given)
        return form, Span(**form.cleaned_data, zone=zone) if form.is_valid() else None


@method_decorator(never_cache, name="dispatch")
class BooksPage(Books, TemplateView):
    """Template `counter/books.html`. Statements: sums of documents, sums of the books, missing numbers, odd cases."""

    template_name = "counter/books.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form, span = self.asked()
        site = site_for(self.request)
        today = timezone.localtime(timezone.now(), shop_settings(site).zone).date()
        return super().get_context_data(**kwargs) | {
            "page": "books",
            "form": form,
            "span": span,
            "months": list(months_before(today)),
            "documents": sums_of_documents(span.documents(site)) if span else [],
            "accounts": sums_of_accounts(span.entries(site)) if span else [],
            "gaps": document_checks.gaps(site),
            "odd_count": odd.open_cases(self.request.user, site),
        }


@method_decorator(never_cache, name="dispatch")
class BooksFile(Books):
    """documents.csv or ledger.csv of the span, sent row by row; a span that makes no sense leads back to the page."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """UTF-8 with a mark that Excel knows it by."""
        write = book_files.FILES.get(name)
        if write is None:
            raise Http404
        _form, span = self.asked()
        if span is None:
            return HttpResponseRedirect(f"{reverse('counter:books')}?{request.GET.urlencode()}")
        site = site_for(request)
        rows = span.documents(site) if name == "documents" else span.entries(site)
        answer = StreamingHttpResponse(write(rows, span.zone), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}-{span.first}-{span.last}.csv"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def sums_of_documents(rows: QuerySet[Document]) -> list[dict[str, Any]]:
    """How many of each kind in each currency, and over how much. One statement."""
    found = rows.order_by("kind", "currency").values("kind", "currency").annotate(count=Count("pk"), sum=Sum("total"))
    words = dict(Document.Kind.choices)
    return [{**row, "name": words[row["kind"]], "sum": exact(row["sum"])} for row in found]


def sums_of_accounts(rows: QuerySet[LedgerEntry]) -> list[dict[str, Any]]:
    """What went to and came from each account in each currency. One statement."""
    found = rows.order_by().values_list("debit", "credit", "currency").annotate(sum=Sum("amount"))
    sums: dict[tuple[str, str], list[Decimal]] = {}
    for debit, credit, currency, amount in found:
        sums.setdefault((currency, debit), [Decimal(0), Decimal(0)])[0] += exact(amount)
        sums.setdefault((currency, credit), [Decimal(0), Decimal(0)])[1] += exact(amount)
    names: dict[str, Any] = dict(LedgerEntry.Account.choices)
    return [
        {"name": names[account], "currency": currency, "debit": debit, "credit": credit, "left": debit - credit}
        for (currency, account), (debit, credit) in sorted(sums.items())
    ]


def exact(amount: Decimal) -> Decimal:
    """SQLite adds up in binary: what it is off by is far below a penny."""
    return amount.quantize(PENCE)
