"""The last step of a booking: paying, and coming back from the bank."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from cms.sites import shop_settings, site_for
from shop.checkout.thanks import visible_order
from shop.models import Payment
from shop.owners import owns
from shop.payments import base, ledger, returning, starting, switching
from shop.wizard.steps import steps


class PayView(View):
    """After the order: the first visit starts the payment and goes to the provider; later visits offer another try.

    Template `checkout/pay.html`, shown when a try failed, was given up or is still open. Context: `order` (`number`,
    `total_incl_tax`, `currency`, `visit.release_at`), `balance` (`due paid refunded open`), `payment` (newest try:
    `state`, `provider`, `detail`, or None), `problem` (None or a sentence), `in_store` (could it be paid there?),
    `zone`, `steps`. POST to itself tries again; with `action` = in_store it is paid in the shop instead.
    """

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        order = visible_order(request, number=number)
        newest = order.payments.order_by("pk").last()
        if newest is None and order.status == "awaiting-payment":
            return self.start(request, order)
        return self.show(request, order, newest)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        order = visible_order(request, number=number)
        if request.POST.get("action") != "in_store":
            return self.start(request, order)
        try:
            switching.pay_in_store(order=order, at=timezone.now())
        except starting.OrderNotPayable as refusal:
            return self.show(request, order, None, problem=str(refusal))
        return redirect("checkout:thank-you")

    def start(self, request: HttpRequest, order: Any) -> HttpResponse:
        try:
            started = starting.start(order=order, at=timezone.now())
        except base.Unavailable:
            problem = _("The payment service does not answer. Nothing was taken. Please try again in a moment.")
            return self.show(request, order, None, problem=problem)
        except (base.Refused, starting.OrderNotPayable) as refusal:
            return self.show(request, order, None, problem=str(refusal))
        # On our own origin the path is enough, so that the demo bank is found under any forwarded host.
        return redirect((started.redirect_url or "").removeprefix(settings.PUBLIC_ORIGIN) or "checkout:thank-you")

    def show(
        self, request: HttpRequest, order: Any, payment: Payment | None, problem: str | None = None
    ) -> HttpResponse:
        if order.status == "paid" or (payment is not None and order.visit.pay_by == "in_store"):
            return redirect("checkout:thank-you")
        balance = ledger.balance(order)
        context = {"order": order, "payment": payment, "balance": balance, "problem": problem}
        context |= {"in_store": switching.offered(order), "zone": shop_settings(site_for(request)).zone}
        context |= {"steps": steps(draft=None, token="", current="payment")}
        return render(request, "checkout/pay.html", context)


class ReturnView(View):
    """Where the provider sends the browser back to. The provider is asked, the browser is not believed.

    Goes on to the thank-you page when paid, else to the pay page with a message. A visitor who did not place the
    order here (an API client's customer, say) sees `checkout/returned.html`; context `payment` (only its `state`).
    """

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        try:
            payment = returning.settle_return(payment_reference=reference, at=timezone.now())
        except returning.PaymentNotFound as unknown:
            raise Http404 from unknown
        order = payment.order
        if not owns(request.user, order.visit) and request.session.get("checkout_order_id") != order.pk:
            return render(request, "checkout/returned.html", {"payment": payment})
        if payment.state == Payment.State.SUCCEEDED:
            return redirect("checkout:thank-you")
        if payment.state in {Payment.State.CREATED, Payment.State.PENDING}:
            messages.warning(
                request, _("We have not heard from the bank yet. We will write to you as soon as we have.")
            )
        return redirect("checkout:pay", number=order.number)
