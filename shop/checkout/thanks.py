"""The order is placed: who may see it here, and what the thank-you page shows."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from oscar.apps.checkout import views
from oscar.core.loading import get_model

from cms.sites import shop_settings, site_for
from repairs import tracking
from shop.owners import owns
from shop.payments import ledger

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
    """The order is placed. Template `checkout/thank_you.html`.

    Context: `order` (`number`, `status`, `total_incl_tax`, `currency`, `shipping_method`, `lines.all` each with
    `quote_row.quote`, `visit.appointment.starts_at`, `visit.contact`, `visit.pay_by`), `balance` (`due paid refunded
    open`), `jobs` (list of {job, link}; link is the absolute tracking address), `zone`, `tax_name`.
    """

    template_name = "checkout/thank_you.html"

    def get_object(self, queryset: Any = None) -> Any:
        """The order placed in this session, or None. Oscar's door for superusers (any order by address) is shut."""
        return Order.objects.filter(pk=self.request.session.get("checkout_order_id")).first()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        order = context["order"]
        rows = order.job_rows.select_related("job").order_by("job_id")
        context["jobs"] = [{"job": row.job, "link": tracking.link(row.job)} for row in rows]
        context["balance"] = ledger.balance(order)
        context["zone"] = shop_settings(site_for(self.request)).zone
        context["tax_name"] = order.visit.site.shop.tax_name
        return context
