"""The page behind a tracking link with what was sent about the order, and a guest's documents, as well.

Mounted before the bench's own.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from repairs.models import Job
from repairs.tracking_page import ByLink, TrackingPage
from shop.checkout.payers import let_pay
from shop.models import OrderJob
from shop.portal import mine
from shop.portal.tracking_documents import behind_link

ABOUT_ORDERS = ("order.placed", "order.released", "order.cancelled", "order.no_show")


def keys_of_order(job_ids: list[int]) -> list[str]:
    """How the dedupe keys begin of what shop/followups.py posted about the orders of these jobs. One statement."""
    names = ("order__number", "order__payments__reference", "order__payments__refunds__reference")
    keys: set[str] = set()
    for number, payment, refund in OrderJob.objects.filter(job__in=job_ids).values_list(*names):
        keys |= {f"{kind}:{number}:" for kind in ABOUT_ORDERS}
        keys |= {f"payment.settled:{name}:" for name in (number, payment) if name}
        keys |= {f"payment.promised:{payment}:"} if payment else set()
        keys |= {f"payment.refunded:{refund}:"} if refund else set()
    return sorted(keys)


class OrderTrackingPage(TrackingPage):
    """Tells of the confirmation and the receipt too, of neither more than that it was sent; what is paid when, and
    what goes back; a guest's documents. Five statements more than the bench's page.
    """

    template_name = "portal/tracking.html"

    def keys(self, job: Job) -> list[str]:
        return [*super().keys(job), *keys_of_order([job.pk])]

    def facts(self, job: Job, token: str) -> dict[str, Any]:
        row = OrderJob.objects.filter(job=job).select_related("order__visit__site__shop").first()
        money = mine.order_rows([row.order], titled=False)[0] if row else None
        return super().facts(job, token) | {"documents": behind_link(job, token), "money": money, "token": token}


@method_decorator(never_cache, name="dispatch")
class PayByLink(ByLink):
    """Lets whoever holds the link pay the repair's order. The pay page shows sums and the visit, and no person."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """On to the pay page; 404 where the repair has no order."""
        row = get_object_or_404(OrderJob.objects.select_related("order__visit"), job=self.job)
        response = redirect(let_pay(request, row.order))
        response["Referrer-Policy"] = "no-referrer"
        return response
