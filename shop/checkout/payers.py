"""Who may pay an order here: whoever placed it or owns it, and whoever holds the link of a repair in it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from oscar.core.loading import get_model

from cms.sites import site_for
from repairs import tracking
from shop.checkout.thanks import visible_order
from shop.owners import owns
from shop.payments import switching

Order = get_model("order", "Order")
PAYS = "pays_order_id"  # in the session: the order that a tracking link let this visitor pay, and nothing else of it


def let_pay(request: HttpRequest, order: Any) -> str:
    """Let the holder of a repair's link pay its order; answers with the address of the page that takes the payment."""
    request.session[PAYS] = order.pk
    return pay_address(order)


def pay_address(order: Any) -> str:
    """The pay page, with the ways to pay online when it was to be paid in the shop. Reads the order's visit."""
    return reverse("checkout:pay", args=[order.number]) + ("" if switching.is_online(order) else "?online=1")


def payable_order(request: HttpRequest, *, number: str) -> Any:
    """The order, for those who may pay it. Anybody else gets Http404."""
    linked = request.session.get(PAYS)
    if linked is not None:
        rows = Order.objects.select_related("visit__contact", "visit__appointment", "visit__site__shop")
        order = rows.filter(pk=linked, number=number, visit__site=site_for(request)).first()
        if order is not None and not _sees(request, order):
            return order
    return visible_order(request, number=number)


def may_pay(request: HttpRequest, order: Any) -> bool:
    """Whether this visitor placed the order here, owns it, or came by the link of a repair in it."""
    return _sees(request, order) or request.session.get(PAYS) == order.pk


def paid_address(request: HttpRequest, order: Any) -> str:
    """Where it says that the order is paid or promised: the confirmation, or the repair for who only has its link."""
    if _sees(request, order):
        return reverse("checkout:thank-you")
    row = order.job_rows.select_related("job").order_by("job_id").first()
    return reverse("track", args=[tracking.token(row.job)]) if row else reverse("find-repair")


def _sees(request: HttpRequest, order: Any) -> bool:
    return owns(request.user, order.visit) or request.session.get("checkout_order_id") == order.pk
