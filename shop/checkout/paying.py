"""The last step of a booking: paying."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cms.sites import shop_settings, site_for
from shop import pay_states
from shop.checkout.coming_back import CAME_BACK, ask_bank, came_back
from shop.checkout.page_policy import allow
from shop.checkout.payers import paid_address, payable_order
from shop.models import Payment
from shop.payments import attempts, base, declines, ledger, providers, starting, switching
from shop.wizard.steps import steps


@method_decorator(never_cache, name="dispatch")
class PayView(View):
    """After the order: one page that takes the payment, or leads to the provider's, and says how it stands.

    The first visit starts the payment; to a provider that is paid on its own page it goes straight on. POST starts it
    again, with `way` (a code of `ways`) by another way from now on, with `hosted` on the provider's own page. An order
    to be paid in the shop shows the ways to pay it online when `?online` asks for them.

    Template `checkout/pay.html`. Context: `state` and `head` (pay_states.HEADS: title and lead), `order`, `balance`
    (`due paid refunded open`), `payment` (newest try or None: `client`, `detail`, `reference`), `asked`
    (pay_states.Asked), `provider` (its Words), `ways` (other ways, pay_states.Way), `problem` (None or a sentence),
    `why` (the last try failed, or ""), `confirmation` (its address, where nothing must be paid here), `zone`, `steps`.
    """

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        order = payable_order(request, number=number)
        newest = order.payments.order_by("pk").last()
        if newest is None and order.status == "awaiting-payment" and "online" not in request.GET:
            return self.start(request, order, first=True)
        if newest is not None and came_back(request, newest) and newest.state in attempts.OPEN:
            newest = ask_bank(newest, at=timezone.now())
            order.refresh_from_db(fields=["status"])
        return self.show(request, order, newest)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        return self.start(request, payable_order(request, number=number))

    def start(self, request: HttpRequest, order: Any, *, first: bool = False) -> HttpResponse:
        way, hosted = request.POST.get("way") or None, request.POST.get("hosted") == "1"
        try:
            started = switching.start_with(order=order, provider=way, hosted=hosted, at=timezone.now())
        except base.Unavailable:
            problem = _("The payment service does not answer. Nothing was taken. Please try again in a moment.")
            return self.show(request, order, None, problem=problem)
        except (base.Refused, starting.OrderNotPayable, switching.WayNotOffered) as refusal:
            order.refresh_from_db(fields=["status"])
            return self.show(request, order, order.payments.order_by("pk").last(), problem=str(refusal))
        request.session.pop(CAME_BACK, None)
        if started.redirect_url:
            # On our own origin the path is enough, so that the demo bank is found under any forwarded host.
            return redirect(started.redirect_url.removeprefix(settings.PUBLIC_ORIGIN))
        if first and started.client:
            return self.show(request, order, started.payment)
        if started.client or started.payment.state == Payment.State.CANCELLED:
            return redirect("checkout:pay", number=order.number)
        return redirect(paid_address(request, order))

    def show(
        self, request: HttpRequest, order: Any, payment: Payment | None, problem: str | None = None
    ) -> HttpResponse:
        money, at = ledger.balance(order), timezone.now()
        state = pay_states.state_of(order, payment, money, back_at=came_back(request, payment), at=at)
        others = [] if state in {"confirming", "odd", "gone"} else pay_states.ways(order)
        instead = state == "counter" and others and (problem or "online" in request.GET)
        if state in pay_states.OVER and not instead:
            return redirect(paid_address(request, order))
        context = {
            "state": state,
            "head": pay_states.head_of(state, order),
            "order": order,
            "balance": money,
            "payment": payment,
            "why": declines.words(payment) if payment is not None and state == "failed" else "",
            "confirmation": paid_address(request, order) if instead else "",
            "asked": pay_states.asked(order, payment, money),
            "provider": providers.words_of(order.visit.pay_by),
            "ways": others,
            "problem": problem,
            "zone": shop_settings(site_for(request)).zone,
            "steps": steps(draft=None, token="", current="payment"),
        }
        response = render(request, "checkout/pay.html", context)
        allow(response, pay_states.sources(order, state, others))
        return response
