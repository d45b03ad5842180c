"""The till at the end of the day: what each way to pay brought, the cash that was counted, and the days closed."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from cms.sites import shop_settings, site_for
from shop.counter import odd, sheets, words
from shop.models import DayClose
from shop.payments import closing
from shop.payments.minor_units import decimals
from shop.templatetags.money import money, shop_time

PAGE = 31
ZERO = Decimal(0)
WAYS = {
    closing.CASH: gettext_lazy("Cash"),
    closing.CARD: gettext_lazy("Card at the terminal"),
    closing.COUNTER: gettext_lazy("At the counter, nobody noted how"),
}


def way_words(name: str) -> str:
    """A way to pay as people read it."""
    return str(WAYS[name]) if name in WAYS else words.of_way(name)


class CountForm(forms.Form):
    """The cash in the till in each currency, what should have been there when the form was shown, and a note."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed when the cash differs: what you think happened."),
    )

    def __init__(self, *args: Any, tills: list[closing.Till], **more: Any) -> None:
        super().__init__(*args, **more)
        self.tills = tills
        for till in tills:
            places = min(decimals(till.currency), 2)
            look = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
            self.fields[f"counted_{till.currency}"] = forms.DecimalField(
                label=_("Cash counted, %(currency)s") % {"currency": till.currency},
                max_digits=12,
                decimal_places=places,
                widget=look,
                required=closing.CASH in till.ways,
                help_text=_("Without the change that always stays in the till."),
            )
            seen = forms.DecimalField(widget=forms.HiddenInput, required=False, initial=till.expected)
            self.fields[f"seen_{till.currency}"] = seen

    def sums(self, name: str) -> dict[str, Decimal]:
        """What was typed (`counted`) or shown (`seen`), by currency."""
        return {till.currency: self.cleaned_data.get(f"{name}_{till.currency}") or ZERO for till in self.tills}

    def compared(self) -> list[tuple[str, Decimal, Decimal, Decimal]]:
        """Currency, what should be there, what is, and by how much it differs."""
        counted = self.sums("counted")
        return [
            (till.currency, till.expected, counted[till.currency], counted[till.currency] - till.expected)
            for till in self.tills
        ]


@method_decorator(never_cache, name="dispatch")
class DayClosePage(PermissionRequiredMixin, TemplateView):
    """Template `counter/day_close.html`. Counting and confirming are two steps of one form; nothing is kept between."""

    permission_required = "shop.add_dayclose"
    template_name = "counter/day_close.html"
    http_method_names = ["get", "post", "head"]

    @cached_property
    def site(self) -> Any:
        return site_for(self.request)

    @cached_property
    def zone(self) -> Any:
        return shop_settings(self.site).zone

    @cached_property
    def open_days(self) -> list[date]:
        return closing.open_days(site=self.site, at=timezone.now(), zone=self.zone)

    def day(self, given: str) -> date | None:
        """The day that is asked for; today where none is, None when everything is closed."""
        asked = _date(given)
        return asked if asked in self.open_days else next(iter(self.open_days), None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        day = kwargs.get("day") or self.day(self.request.GET.get("day", ""))
        tills = kwargs.get("tills") or self.tills(day)
        pages = Paginator(closed_rows(self.site), PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        return super().get_context_data(**kwargs) | {
            "page": "close",
            "day": day,
            "days": self.open_days,
            "form": kwargs.get("form") or CountForm(tills=tills),
            "tills": [(till, [(way_words(name), way) for name, way in till.ways.items()]) for till in tills],
            "closed": [(row, row.counted - row.expected, ways_of(row)) for row in page],
            "page_obj": page,
            "page_range": pages.get_elided_page_range(page.number),
            "zone": self.zone,
            "odd_count": odd.open_cases(self.request.user, self.site),
        }

    def tills(self, day: date | None) -> list[closing.Till]:
        return closing.tills(site=self.site, day=day, at=timezone.now(), zone=self.zone) if day else []

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Compare what was counted; with `close` also write it."""
        asked = _date(request.POST.get("day", ""))
        before = closing.closed(site=self.site, day=asked) if asked else None
        if before is not None:
            return self.closed_before(before)
        day = self.day(request.POST.get("day", ""))
        tills = self.tills(day)
        form = CountForm(request.POST, tills=tills)
        if day is None or not form.is_valid():
            return self.render_to_response(self.get_context_data(day=day, tills=tills, form=form), status=422)
        if "close" in request.POST:
            done = self.close(day, form)
            if done is not None:
                return done
        compared = form.compared()
        form.fields["note"].required = any(difference for *_sums, difference in compared)
        shown = {"day": day, "tills": tills, "form": form, "compared": compared}
        return self.render_to_response(self.get_context_data(**shown))

    def close(self, day: date, form: CountForm) -> HttpResponse | None:
        """Write the close and go on; None with the reason in the form when it cannot be."""
        try:
            closing.close(
                site=self.site,
                day=day,
                counted=form.sums("counted"),
                seen=form.sums("seen"),
                note=form.cleaned_data["note"],
                by=self.request.user,
                at=timezone.now(),
                zone=self.zone,
            )
        except closing.DayClosed as refusal:
            return self.closed_before(refusal.row)
        except closing.TillChanged as refusal:
            form.add_error(None, str(refusal))
            return None
        except closing.NoteMissing as refusal:
            form.add_error("note", str(refusal))
            return None
        messages.success(self.request, _("%(day)s is closed.") % {"day": date_format(day, "D j F")})
        return redirect("counter:close")

    def closed_before(self, row: DayClose) -> HttpResponse:
        """Somebody was faster: say who, when and with what."""
        facts = {
            "day": date_format(row.date, "D j F"),
            "who": row.by or _("somebody who has left"),
            "when": shop_time(row.at, self.zone),
            "counted": money(row.counted, row.currency),
        }
        messages.error(
            self.request, _("%(who)s closed %(day)s already (%(when)s) and counted %(counted)s in cash.") % facts
        )
        return redirect("counter:close")


class DayCloseFile(PermissionRequiredMixin, View):
    """Every close of the shop as a file: a row for each day and currency, with each way to pay."""

    permission_required = "shop.add_dayclose"

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        ways = [*WAYS, *(name for name in settings.PAYMENT_PROVIDERS if name != closing.COUNTER)]
        head = ["date", "currency", "expected", "counted", "difference", "note", "by", "closed_at"]
        head += [f"{way}_{side}" for way in ways for side in ("taken", "back")]
        site = site_for(request)
        return sheets.sheet("daily-closes", head, _file_rows(closed_rows(site), ways, shop_settings(site).zone))


def _date(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def closed_rows(site: Any) -> QuerySet[DayClose]:
    """The closes of a shop, the newest first."""
    return DayClose.objects.filter(site=site).select_related("by").order_by("-date", "currency")


def ways_of(row: DayClose) -> list[tuple[str, Decimal, Decimal]]:
    """What a close took in by each way: its name, taken, given back."""
    ways = row.takings.get("ways", {})
    return [(way_words(name), Decimal(one["taken"]), Decimal(one["back"])) for name, one in ways.items()]


def _file_rows(rows: QuerySet[DayClose], ways: list[str], zone: Any) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=500):
        kept = row.takings.get("ways", {})
        sums = [Decimal(kept.get(way, {}).get(side, "0.00")) for way in ways for side in ("taken", "back")]
        closed_at = f"{row.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        facts = [row.date.isoformat(), row.currency, row.expected, row.counted, row.counted - row.expected]
        yield [*facts, row.note, row.by or "", closed_at, *sums]
