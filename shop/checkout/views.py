"""Oscar looks for its checkout views here: the review, and ours from the modules beside."""

from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils import timezone
from oscar.apps.checkout import views

from shop import baskets, placement
from shop.checkout.details import DetailsView
from shop.checkout.forms import ReviewForm
from shop.checkout.paying import PayView, ReturnView
from shop.checkout.thanks import ThankYouView

__all__ = ["DetailsView", "PayView", "PaymentDetailsView", "ReturnView", "ThankYouView"]


class PaymentDetailsView(views.PaymentDetailsView):
    """Second step, the review: everything once more, the total, the way to pay, and the button that orders.

    Template `checkout/review.html`. Context beside Oscar's (`basket`, `order_total.incl_tax`, `order_total.currency`,
    `shipping_method.name`, `shipping_charge.incl_tax`, `shipping_address`): `form` (hidden `shown_total`, radio
    `pay_by`), `details` (name, email, phone, notes, address), `hold`, `hold_ran_out`, `first_quote`, `zone`,
    `problem` (None, or {code, message, url, action} that says what stands in the way and where to go on).
    The form posts to itself with a hidden `action` = `place_order`.
    """

    template_name_preview = "checkout/review.html"

    def submit(self, user: Any, basket: Any, **submission: Any) -> HttpResponse:
        form = ReviewForm(self.request.POST)
        if not form.is_valid():
            return self.render_preview(self.request, form=form)
        details = self.checkout_session.details()
        member = user if user.is_authenticated else None
        try:
            order = placement.place(
                basket=basket,
                customer=placement.Customer.of(details, user=member, language=self.request.LANGUAGE_CODE),
                shipping_code=submission["shipping_method"].code,
                address=details["address"],
                notes=details["notes"],
                at=timezone.now(),
                **form.cleaned_data,
            )
        except placement.AlreadyPlaced as placed:
            order = placed.order
        except placement.PROBLEMS as problem:
            return self.render_preview(self.request, problem=baskets.way_out(problem, basket))
        return self.handle_successful_order(order)

    def handle_payment_details_submission(self, request: Any) -> HttpResponse:
        return HttpResponseBadRequest()

    def send_order_placed_email(self, order: Any) -> None:
        """The post room has told the customer already."""

    def handle_successful_order(self, order: Any) -> HttpResponse:
        super().handle_successful_order(order)
        return redirect("checkout:pay", number=order.number)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.setdefault("problem", None)
        if "form" not in kwargs:
            context["form"] = ReviewForm(initial={"shown_total": context["order_total"].incl_tax})
        visit = baskets.about_visit(request=self.request, basket=context["basket"], at=timezone.now())
        return context | {"details": self.checkout_session.details()} | visit
