"""Money that does not fit: late, wrong, disputed, not given back, for nothing we know. A list for staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from cms.sites import shop_settings, site_for
from shop.counter import advice, words
from shop.counter.advice import Advice
from shop.models import OrderJob, Payment, PaymentEvent, Refund, SiteShop
from shop.payments import deadlines, handling

PAGE = 50
MOST = 50  # payments and refunds above the list of events
STATES = (Payment.State.LATE, Payment.State.MISMATCH, Payment.State.DISPUTED)
OPENED = ("dispute_opened", "inquiry_opened")
SAID = {
    "authorised": gettext_lazy("promised"),
    "succeeded": gettext_lazy("paid"),
    "failed": gettext_lazy("not paid"),
    "cancelled": gettext_lazy("let go"),
    "refunded": gettext_lazy("given back"),
    "reversed": gettext_lazy("taken back"),
    "refund_failed": gettext_lazy("refund failed"),
    "inquiry_opened": gettext_lazy("the bank asks"),
    "inquiry_closed": gettext_lazy("the bank's question is over"),
    "dispute_opened": gettext_lazy("disputed"),
    "dispute_won": gettext_lazy("dispute won"),
    "dispute_lost": gettext_lazy("dispute lost"),
}


@dataclass(frozen=True)
class OddEvent:
    """An event, the payment of ours that it speaks of (None: unknown), and what a person should do about it."""

    event: PaymentEvent
    payment: Payment | None
    todo: Advice
    job: str = ""

    @property
    def advice(self) -> str:
        return self.todo.text

    @property
    def way(self) -> str:
        """Who said it."""
        return words.of_way(self.event.provider)

    @property
    def said(self) -> str:
        """What it speaks of, in a word or two."""
        return str(SAID.get(self.event.kind, self.event.kind.replace("_", " ")))


@dataclass(frozen=True)
class Case:
    """A payment or a refund that needs a person; `job` is the reference of the job whose page shows it."""

    row: Payment | Refund
    payment: Payment
    todo: Advice
    job: str = ""

    @property
    def way(self) -> str:
        """Through whom it was paid."""
        return words.of_way(self.payment.provider)


@method_decorator(never_cache, name="dispatch")
class OddPaymentsPage(PermissionRequiredMixin, TemplateView):
    """Template `bench/payments.html`. Open cases, or with `?handled=1` those that somebody has handled.

    Context: `odd` (OddEvent rows of `page_obj`), `payments` and `refunds` (Case), `page_obj`, `page_range`, `zone`.
    """

    permission_required = "shop.view_payment"
    template_name = "bench/payments.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        site, done = site_for(self.request), self.request.GET.get("handled") == "1"
        events = seen_by(self.request.user, site, handled=done)
        page = Paginator(events.select_related("handled_by"), PAGE).get_page(self.request.GET.get("page"))
        zone = shop_settings(site).zone
        return super().get_context_data(**kwargs) | {
            "page": "payments",
            "done": done,
            "page_obj": page,
            "page_range": page.paginator.get_elided_page_range(page.number),
            "odd": advised(page.object_list, site=site),
            "payments": cases(payments_of(site, handled=done), site=site),
            "refunds": cases(refunds_of(site, handled=done), site=site),
            "may_handle": self.request.user.has_perm("shop.add_payment"),
            "zone": zone,
            "odd_count": None if done else open_cases(self.request.user, site),
        }


class HandleCase(PermissionRequiredMixin, View):
    """Note that a case is handled and go back to the list. `what` is event, payment or refund; `row` says which."""

    permission_required = "shop.add_payment"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        site, what = site_for(request), request.POST.get("what", "")
        sets: dict[str, QuerySet[Any]] = {
            "event": visible(request.user, site),
            "payment": Payment.objects.filter(site=site, state__in=STATES),
            "refund": Refund.objects.filter(site=site, state=Refund.State.FAILED),
        }
        key = "pk" if what == "event" else "reference"
        given, note = (request.POST.get(name, "").replace("\x00", "") for name in ("row", "note"))
        given, note = given[:24], note.strip()
        if what not in sets or (key == "pk" and not given.isdecimal()):
            return redirect("counter:payments")
        row = get_object_or_404(sets[what], **{key: given})
        if not note:
            messages.error(request, _("Say in a note what you found and did."))
            return redirect("counter:payments")
        try:
            handling.mark(row, note=note, by=request.user, at=timezone.now())
        except handling.HandledBefore as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Handled. It stays in the list of handled cases."))
        return redirect("counter:payments")


# --- which rows ---


def odd_events(*, handled: bool = False) -> QuerySet[PaymentEvent]:
    """What staff must look at, newest first: judged odd, or tried before and still fitting nothing."""
    unsettled = Q(state=PaymentEvent.State.ODD) | Q(state=PaymentEvent.State.RECEIVED, attempts__gt=0)
    rows = PaymentEvent.objects.filter(handled_at__isnull=not handled)
    return rows.filter(unsettled).order_by("-received_at", "-pk")


def sees_nobodys(user: Any) -> bool:
    """Whether a person sees what belongs to no payment of ours. On an installation of several shops it may be of any of
    them, so only its superusers do."""
    return bool(user.is_superuser) or SiteShop.objects.count() <= 1


def visible(user: Any, site: Any) -> QuerySet[PaymentEvent]:
    """All events, handled or not, that a person of this shop may see."""
    unsettled = Q(state=PaymentEvent.State.ODD) | Q(state=PaymentEvent.State.RECEIVED, attempts__gt=0)
    whose = Q(site=site) | Q(site=None) if sees_nobodys(user) else Q(site=site)
    return PaymentEvent.objects.filter(unsettled).filter(whose)


def seen_by(user: Any, site: Any, *, handled: bool = False) -> QuerySet[PaymentEvent]:
    """The open events, or the handled ones, that a person of this shop may see, newest first."""
    whose = Q(site=site) | Q(site=None) if sees_nobodys(user) else Q(site=site)
    return odd_events(handled=handled).filter(whose)


def payments_of(site: Any, *, handled: bool = False) -> QuerySet[Payment]:
    """Payments of a shop that came late or wrong, and those that are disputed now."""
    rows = Payment.objects.filter(site=site, state__in=STATES, handled_at__isnull=not handled)
    return rows.select_related("order", "handled_by").order_by("-pk")


def refunds_of(site: Any, *, handled: bool = False) -> QuerySet[Refund]:
    """Refunds of a shop that did not work and that nobody has asked for again since."""
    later = Refund.objects.filter(payment=OuterRef("payment"), pk__gt=OuterRef("pk")).exclude(state=Refund.State.FAILED)
    rows = Refund.objects.filter(site=site, state=Refund.State.FAILED, handled_at__isnull=not handled)
    rows = rows if handled else rows.filter(~Exists(later))
    return rows.select_related("payment__order", "handled_by").order_by("-pk")


def open_cases(user: Any, site: Any) -> int:
    """How many cases wait for a person of this shop."""
    return seen_by(user, site).count() + payments_of(site).count() + refunds_of(site).count()


# --- with their words ---


def events_about(payments: Iterable[Payment]) -> list[OddEvent]:
    """The odd events that name one of these payments, by our reference or by the provider's name for it."""
    rows = list(payments)
    named = Q(reference__in=[row.reference for row in rows]) | Q(
        provider_id__in=[row.provider_id for row in rows if row.provider_id]
    )
    return advised(odd_events().filter(named), site=rows[0].site) if rows else []


def advised(events: Iterable[PaymentEvent], *, site: Any) -> list[OddEvent]:
    """Put the payment, the advice and the job beside each event. Two statements for all of them."""
    rows = list(events)
    named = Q(reference__in=[row.reference for row in rows if row.reference]) | Q(
        provider_id__in=[row.provider_id for row in rows if row.provider_id]
    )
    found = list(Payment.objects.filter(named).select_related("order")) if rows else []
    by_name = {(row.provider, name): row for row in found for name in (row.reference, row.provider_id) if name}
    jobs, zone = _jobs(found, site), shop_settings(site).zone
    told = []
    for row in rows:
        payment = by_name.get((row.provider, row.provider_id)) or by_name.get((row.provider, row.reference))
        todo = advice.of_event(row, payment, due=_due([row]), zone=zone)
        told.append(OddEvent(row, payment, todo, jobs.get(payment.order_id, "") if payment else ""))
    return told


def cases(rows: QuerySet[Any], *, site: Any) -> list[Case]:
    """The newest of these payments or refunds, with what to do. Three statements for all of them."""
    found: list[Payment | Refund] = list(rows[:MOST])
    payments = [row.payment if isinstance(row, Refund) else row for row in found]
    jobs, zone, disputes = _jobs(payments, site), shop_settings(site).zone, _disputes(payments)
    told = []
    for row, payment in zip(found, payments, strict=True):
        due = _due(disputes.get(payment.pk, []))
        todo = advice.of_refund(row) if isinstance(row, Refund) else advice.of_payment(payment, due=due, zone=zone)
        told.append(Case(row, payment, todo, jobs.get(payment.order_id, "")))
    return told


def _jobs(payments: Iterable[Payment], site: Any) -> dict[int, str]:
    """The reference of a job of each payment's order, where it is this shop's."""
    orders = {payment.order_id for payment in payments}
    if not orders:
        return {}
    sold = OrderJob.objects.filter(order__in=orders, job__site=site).order_by("-pk")
    return dict(sold.values_list("order", "job__reference"))


def _disputes(payments: Iterable[Payment]) -> dict[int, list[PaymentEvent]]:
    """What was told of the disputes of those that are disputed."""
    rows = [row for row in payments if row.state == Payment.State.DISPUTED]
    if not rows:
        return {}
    names = {name: row.pk for row in rows for name in (row.reference, row.provider_id) if name}
    told = PaymentEvent.objects.filter(Q(reference__in=names) | Q(provider_id__in=names), kind__in=OPENED)
    found: dict[int, list[PaymentEvent]] = {}
    for event in told:
        found.setdefault(names.get(event.reference) or names[event.provider_id], []).append(event)
    return found


def _due(events: Iterable[PaymentEvent]) -> datetime | None:
    """The earliest moment by which a bank wants an answer."""
    return min(filter(None, (deadlines.answer_by(event) for event in events if event.kind in OPENED)), default=None)
