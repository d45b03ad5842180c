"""Money that does not fit: paid late, paid wrong, paid for nothing we know. A list for staff, with what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from cms.sites import shop_settings, site_for
from shop.models import Payment, PaymentEvent

PAGE = 50


@dataclass(frozen=True)
class OddEvent:
    """An event, the payment of ours that it speaks of (None: unknown), and what a person should do about it."""

    event: PaymentEvent
    payment: Payment | None
    advice: str


@method_decorator(never_cache, name="dispatch")
class OddPaymentsPage(PermissionRequiredMixin, TemplateView):
    """Template `bench/payments.html`. Context: `odd` (OddEvent rows of `page_obj`), `payments` (late or wrong
    ones, each with what to do), `page_obj`, `page_range`, `zone`."""

    permission_required = "shop.view_payment"
    template_name = "bench/payments.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        site = site_for(self.request)
        page = Paginator(odd_events(), PAGE).get_page(self.request.GET.get("page"))
        late = Payment.objects.filter(site=site, state__in=[Payment.State.LATE, Payment.State.MISMATCH])
        return super().get_context_data(**kwargs) | {
            "odd_payments": True,
            "page_obj": page,
            "page_range": page.paginator.get_elided_page_range(page.number),
            "odd": advised(page.object_list),
            "payments": [(payment, advice(payment)) for payment in late.select_related("order").order_by("-pk")[:PAGE]],
            "zone": shop_settings(site).zone,
        }


def odd_events() -> QuerySet[PaymentEvent]:
    """What staff must look at, newest first: judged odd, or tried before and still fitting nothing."""
    unsettled = Q(state=PaymentEvent.State.ODD) | Q(state=PaymentEvent.State.RECEIVED, attempts__gt=0)
    return PaymentEvent.objects.filter(unsettled).order_by("-received_at", "-pk")


def events_about(payments: Iterable[Payment]) -> list[OddEvent]:
    """The odd events that name one of these payments, by our reference or by the provider's name for it."""
    rows = list(payments)
    named = Q(reference__in=[row.reference for row in rows]) | Q(
        provider_id__in=[row.provider_id for row in rows if row.provider_id]
    )
    return advised(odd_events().filter(named)) if rows else []


def advised(events: Iterable[PaymentEvent]) -> list[OddEvent]:
    """Put the payment and the advice beside each event. One statement for all of them."""
    rows = list(events)
    named = Q(reference__in=[row.reference for row in rows if row.reference]) | Q(
        provider_id__in=[row.provider_id for row in rows if row.provider_id]
    )
    found = list(Payment.objects.filter(named).select_related("order")) if rows else []
    by_name = {(row.provider, name): row for row in found for name in (row.reference, row.provider_id) if name}
    paired = [
        (row, by_name.get((row.provider, row.provider_id)) or by_name.get((row.provider, row.reference)))
        for row in rows
    ]
    return [OddEvent(event, payment, advice(payment)) for event, payment in paired]


def advice(payment: Payment | None) -> str:
    """What a person should do, in a sentence."""
    if payment is None:
        return _("Look the payment up at the provider. If it is not ours, give it back there.")
    if payment.state == Payment.State.LATE:
        return _("Call the customer: agree a new time, or give the money back at the provider.")
    if payment.state == Payment.State.MISMATCH:
        return _("Give it back at the provider and ask the customer to pay again.")
    return _("Compare it with the order's payments. What was paid too much goes back at the provider.")
