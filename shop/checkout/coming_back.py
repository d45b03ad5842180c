"""Coming back from the bank: what counts is what the provider says, and until it does the pay page asks again."""

from datetime import datetime

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from shop import pay_states
from shop.checkout.payers import may_pay, paid_address, payable_order
from shop.models import Payment
from shop.payments import attempts, ledger, returning

CAME_BACK = "came_back"  # in the session: the payment whose provider sent this visitor back, and when
EVERY = 3  # seconds between two questions about one payment, however many windows ask


def came_back(request: HttpRequest, payment: Payment | None) -> datetime | None:
    """When this visitor came back from the provider of this very attempt; None: not, as far as we know."""
    reference, moment = request.session.get(CAME_BACK) or ("", "")
    return parse_datetime(moment) if payment is not None and reference == payment.reference else None


def ask_bank(payment: Payment, *, at: datetime) -> Payment:
    """Ask the provider what became of it, not more often than every few seconds."""
    if cache.add(f"pay-asked:{payment.pk}", 1, EVERY):
        return returning.settle_return(payment_reference=payment.reference, at=at)
    return Payment.objects.get(pk=payment.pk)


@method_decorator(never_cache, name="dispatch")
class PayStateView(View):
    """What a page that waits for the bank asks every few seconds. JSON: `state` (as PayView), `next` (the address to go
    to now, or null while there is nothing new)."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        order = payable_order(request, number=number)
        payment = order.payments.order_by("pk").last()
        if payment is not None and payment.state in attempts.OPEN:
            payment = ask_bank(payment, at=timezone.now())
            order.refresh_from_db(fields=["status"])
        money, at = ledger.balance(order), timezone.now()
        state = pay_states.state_of(order, payment, money, back_at=came_back(request, payment), at=at)
        over = state in pay_states.OVER
        page = paid_address(request, order) if over else reverse("checkout:pay", args=[number])
        return JsonResponse({"state": state, "next": None if state == "confirming" else page})


@method_decorator(never_cache, name="dispatch")
class ReturnView(View):
    """Where the provider sends the browser back to. The provider is asked, the browser is not believed.

    Goes on to the confirmation when paid or promised, else to the pay page, which says how it stands. A visitor who
    may not pay the order here (an API client's customer, say) sees `checkout/returned.html`; context `payment`
    (only its `state`).
    """

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        at = timezone.now()
        try:
            payment = returning.settle_return(payment_reference=reference, at=at)
        except returning.PaymentNotFound as unknown:
            raise Http404 from unknown
        order = payment.order
        if not may_pay(request, order):
            return render(request, "checkout/returned.html", {"payment": payment})
        if payment.state in {Payment.State.SUCCEEDED, Payment.State.AUTHORISED}:
            return redirect(paid_address(request, order))
        if payment.state in attempts.OPEN:
            request.session[CAME_BACK] = [payment.reference, at.isoformat()]
        return redirect("checkout:pay", number=order.number)
