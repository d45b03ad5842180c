"""The order is placed: who may see it here, and what the confirmation shows."""

from typing import Any

import segno
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from oscar.apps.checkout import views
from oscar.core.loading import get_model

from cms.sites import shop_settings, site_for
from notifications.models import Message
from repairs import tracking
from repairs.tracking_page import SENT_TO_US, what_to_bring
from shop.checkout.open_sums import money_of
from shop.document_pages import documents_of
from shop.owners import owns
from shop.wizard.steps import steps

Order = get_model("order", "Order")


def visible_order(request: HttpRequest, **which: Any) -> Any:
    """The order, for the visitor who placed it or the customer it belongs to. Anybody else gets Http404."""
    orders = Order.objects.select_related("visit__contact", "visit__appointment", "visit__site__shop")
    order = get_object_or_404(orders, visit__site=site_for(request), **which)
    placed_here = request.session.get("checkout_order_id") == order.pk
    if not placed_here and not owns(request.user, order.visit):
        raise Http404
    request.session["checkout_order_id"] = order.pk
    return order


class ThankYouView(views.ThankYouView):
    """The last step. Template `checkout/thank_you.html`.

    Context: `order` (`number`, `status`, `total_incl_tax`, `currency`, `shipping_method`, `lines.all` each with
    `quote_row.quote`, `visit.appointment.starts_at`, `visit.contact`, `visit.pay_by`), all of `money_of` (`balance`,
    `payable`, `asks`, `agreed`, `promised`), `jobs` (list of {job, link, qr, visit_file}; link is the absolute tracking
    address, qr the same to scan), `bring`, `hand_over` (in-store, postal or courier), `messages_sent`, `zone`,
    `tax_name`, `steps`, `documents`.
    """

    template_name = "checkout/thank_you.html"

    def get_object(self, queryset: Any = None) -> Any:
        """The order placed in this session, or None. Oscar's door for superusers (any order by address) is shut."""
        related = ("visit__contact", "visit__appointment", "visit__site__shop", "shipping_address")
        orders = Order.objects.select_related(*related).prefetch_related("lines__quote_row__quote", "discounts")
        return orders.filter(pk=self.request.session.get("checkout_order_id")).first()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        order, shop = context["order"], shop_settings(site_for(self.request))
        rows = [row.job for row in order.job_rows.select_related("job").order_by("job_id")]
        return context | {
            "jobs": [followed(order, job) for job in rows],
            "bring": bring(rows),
            "hand_over": order.shipping_code,
            **money_of(order),
            "messages_sent": messages_about(order),
            "documents": documents_of(order, route="checkout:document"),
            "zone": shop.zone,
            "tax_name": order.visit.site.shop.tax_name,
            "steps": steps(draft=None, token="", current="confirmation"),
        }


def followed(order: Any, job: Any) -> dict[str, Any]:
    """One job with its own tracking link, the same as a code to scan, and the visit's calendar file."""
    link = tracking.link(job)
    return {"job": job, "link": link, "qr": qr(link), "visit_file": visit_file(order, job)}


def bring(jobs: list[Any]) -> list[str]:
    """What should come along: each thing that is brought, with its reference, then what goes for all of them."""
    lists = [lines for job in jobs if (lines := what_to_bring(job))]
    brought = [lines[0] for lines in lists if jobs[0].hand_over not in SENT_TO_US]
    return brought + (lists[0][1:] if lists else [])


def visit_file(order: Any, job: Any) -> str:
    """Where the visit's calendar file is, or blank without a visit."""
    return reverse("track-visit", args=[tracking.token(job)]) if order.visit.appointment_id else ""


def qr(link: str) -> SafeString:
    """The link as a QR code in SVG, coloured by the page; made of nothing a visitor typed."""
    code = segno.make(link, error="m", micro=False)
    return mark_safe(code.svg_inline(border=2, omitsize=True, svgclass="qr__code", lineclass="qr__lines"))  # noqa: S308


def messages_about(order: Any) -> list[Message]:
    """What was written to the customer about this order, oldest first; some of it may still be on its way."""
    about = Q(dedupe_key__startswith=f"order.placed:{order.number}")
    about |= Q(kind__in=["payment.settled", "payment.promised"], context__reference=order.number)
    return list(Message.objects.filter(about, contact=order.visit.contact_id).order_by("pk")[:10])
