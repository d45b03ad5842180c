"""Our books beside the providers', day by day: what agrees, what differs and what to do about it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from cms.sites import shop_settings, site_for
from shop.counter import odd, sheets, words
from shop.counter.difference_words import Told, told
from shop.models import OrderJob, Reconciliation
from shop.payments import providers, tasks

PAGE = 40
MONTHS = 12  # offered
RELOAD_SECONDS = 4
FIRST_DAY = date(2000, 1, 1)  # before it there was no shop to compare
GIVE_UP = timedelta(minutes=3)  # a worker that has not compared by then is asleep
KINDS = {
    "came": gettext_lazy("Came"),
    "back": gettext_lazy("Given back"),
    "held": gettext_lazy("Held back"),
    "fees": gettext_lazy("Fees"),
}
SIDES = ("ours", "theirs")


@dataclass(frozen=True)
class Sum:
    """One kind of money on both sides."""

    name: str
    ours: Decimal
    theirs: Decimal

    @property
    def differs(self) -> bool:
        return self.ours != self.theirs

    @property
    def nothing(self) -> bool:
        return not self.ours and not self.theirs


@dataclass(frozen=True)
class Day:
    """One row of the list."""

    row: Reconciliation
    provider: str
    sums: list[Sum]
    differences: list[Told]


def asked_for(request: HttpRequest) -> dict[str, str]:
    """The filters of the address: provider, state and month, empty where they make no sense."""
    given = {name: request.GET.get(name, "").strip()[:20] for name in ("provider", "state", "month")}
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", given["month"]):
        given["month"] = ""
    if given["state"] not in Reconciliation.State.values:
        given["state"] = ""
    if not re.fullmatch(r"[a-z_]*", given["provider"]):
        given["provider"] = ""
    return given


def rows_of(asked: dict[str, str]) -> QuerySet[Reconciliation]:
    """The days that fit the filters, the newest first."""
    rows = Reconciliation.objects.order_by("-date", "provider", "currency")
    for name in ("provider", "state"):
        rows = rows.filter(**{name: asked[name]}) if asked[name] else rows
    if asked["month"]:
        year, month = asked["month"].split("-")
        rows = rows.filter(date__year=int(year), date__month=int(month))
    return rows


def days_of(rows: Iterable[Reconciliation], *, site: Any, user: Any) -> list[Day]:
    """The rows with their words. One statement for all the jobs that differences lead to.

    A difference of another shop of the installation is told without its payment, but for superusers; one that is
    nobody's as in the list of odd payments.
    """
    found = list(rows)
    numbers = {one["order"] for row in found for one in row.differences if one["order"]}
    jobs: dict[str, str] = {}
    seen = _seen(site, user)
    if numbers:
        sold = OrderJob.objects.filter(order__number__in=numbers, job__site=site).order_by("-pk")
        jobs = dict(sold.values_list("order__number", "job__reference"))
    days = []
    for row in found:
        provider = words.of_way(row.provider)
        sums = [
            Sum(str(label), *(Decimal(getattr(row, side).get(kind, "0")) for side in SIDES))
            for kind, label in KINDS.items()
        ]
        mine = [one["site"] in seen or user.is_superuser for one in row.differences]
        differences = [
            told(one, provider, mine=its, job=jobs.get(one["order"], ""))
            for one, its in zip(row.differences, mine, strict=True)
        ]
        days.append(Day(row, provider, sums, differences))
    return days


@method_decorator(never_cache, name="dispatch")
class ReconciliationPage(PermissionRequiredMixin, TemplateView):
    """Template `counter/reconciliation.html`. After "compare again" the address says what is waited for, and the page
    loads itself until the worker has done it."""

    permission_required = "shop.view_reconciliation"
    template_name = "counter/reconciliation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        site, asked, today = site_for(self.request), asked_for(self.request), timezone.now().astimezone(UTC).date()
        pages = Paginator(rows_of(asked), PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        names = [*providers.online_names()]
        return super().get_context_data(**kwargs) | {
            "page": "reconciliation",
            "asked": asked,
            "filtered": any(asked.values()),
            "days": days_of(page, site=site, user=self.request.user),
            "providers": [(name, words.of_way(name)) for name in names],
            "states": Reconciliation.State.choices,
            "months": list(_months(today)),
            "yesterday": today - timedelta(days=1),
            "page_obj": page,
            "page_range": pages.get_elided_page_range(page.number),
            "zone": shop_settings(site).zone,
            "odd_count": odd.open_cases(self.request.user, site),
            **self.waited(),
        }

    def waited(self) -> dict[str, Any]:
        """What became of a comparison that was asked for: `waiting` for it, or `compared`, its rows."""
        name, day, since = (self.request.GET.get(key, "")[:40] for key in ("wait", "day", "since"))
        try:
            began, wanted = parse_datetime(since), date.fromisoformat(day)
        except ValueError:
            return {"waiting": "", "compared": []}
        known = name in providers.online_names() and wanted >= FIRST_DAY
        if not known or began is None or timezone.is_naive(began) or began.date() < FIRST_DAY:
            return {"waiting": "", "compared": []}
        rows = list(Reconciliation.objects.filter(provider=name, date=wanted, checked_at__gte=began))
        late = not rows and timezone.now() - began > GIVE_UP
        waiting = "" if rows or late else words.of_way(name)
        return {"waiting": waiting, "late": late, "compared": rows, "reload": RELOAD_SECONDS if waiting else 0}


class CompareAgain(PermissionRequiredMixin, View):
    """Queue the comparison of one day of one provider and go back to the list, which waits for it."""

    permission_required = "shop.view_reconciliation"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        page = reverse("counter:reconciliation")
        name, at = request.POST.get("provider", ""), timezone.now()
        try:
            day = date.fromisoformat(request.POST.get("day", ""))
        except ValueError:
            day = None
        begun = day is not None and FIRST_DAY <= day <= at.astimezone(UTC).date()
        if day is None or not begun or name not in providers.online_names():
            messages.error(request, _("Choose a provider, and a day that has begun."))
            return redirect(page)
        tasks.compare_day.enqueue(name, day.isoformat())
        return redirect(f"{page}?{urlencode({'wait': name, 'day': day.isoformat(), 'since': at.isoformat()})}")


class ReconciliationFile(PermissionRequiredMixin, View):
    """The shown period as a file: a row for each day, provider and currency, both sides beside each other."""

    permission_required = "shop.view_reconciliation"

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        head = ["date_utc", "provider", "currency", "state"]
        head += [f"{kind}_{side}" for kind in KINDS for side in SIDES]
        head += ["differences", "detail", "checked_at"]
        rows = rows_of(asked_for(request)).iterator(chunk_size=500)
        return sheets.sheet(
            "reconciliation", head, _file_rows(rows, _seen(site_for(request), request.user), request.user)
        )


def _seen(site: Any, user: Any) -> set[int | None]:
    """Whose differences a person sees: those of the shop, and those that belong to no payment of ours."""
    return {site.pk, None} if odd.sees_nobodys(user) else {site.pk}


def _file_rows(rows: Iterable[Reconciliation], whose: set[int | None], user: Any) -> Iterator[list[Any]]:
    for row in rows:
        sums = [Decimal(getattr(row, side).get(kind, "0.00")) for kind in KINDS for side in SIDES]
        seen = [one for one in row.differences if one["site"] in whose or user.is_superuser]
        differences = "; ".join(_in_a_cell(one) for one in seen)
        facts = [row.date.isoformat(), row.provider, row.currency, row.state]
        yield [*facts, *sums, differences, row.detail, row.checked_at.astimezone(UTC).isoformat(timespec="seconds")]


def _in_a_cell(one: dict[str, Any]) -> str:
    names = (one["order"], one["payment"], one["id"] or one["provider_id"])
    return (
        f"{one['kind']} {one['what']}: {one['ours'] or '-'} / {one['theirs'] or '-'} ({' '.join(filter(None, names))})"
    )


def _months(today: date) -> Iterator[tuple[str, datetime]]:
    first = today.replace(day=1)
    for _place in range(MONTHS):
        yield f"{first:%Y-%m}", datetime(first.year, first.month, 1, tzinfo=UTC)
        first = (first - timedelta(days=1)).replace(day=1)
