"""The first step of the checkout: who, how to reach them, how the device gets to us."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.views import generic
from oscar.core.loading import get_class

from cms.sites import shop_settings, site_for
from shop import baskets
from shop.checkout.forms import DetailsForm
from shop.checkout.session import CheckoutSessionMixin

Repository = get_class("shipping.repository", "Repository")


class DetailsView(CheckoutSessionMixin, generic.FormView):
    """First step: who, how to reach them, how the device gets to us.

    Template `checkout/details.html`. Context: `form` (fields name, email, phone, shipping_method, line1, line2, town,
    postcode, notes), `methods` (list of {code, name, description, charge, needs_address}; charge is a Decimal, gross),
    `basket`, `hold`, `hold_ran_out`, `first_quote`, `zone`. The address fields are needed only when the chosen
    method's `needs_address` is true; without JavaScript they are simply shown.
    """

    template_name = "checkout/details.html"
    form_class = DetailsForm
    success_url = reverse_lazy("checkout:preview")
    pre_conditions = ("check_basket_is_not_empty", "check_basket_is_valid")
    request: Any

    def get_form_kwargs(self) -> dict[str, Any]:
        country = shop_settings(site_for(self.request)).country
        return super().get_form_kwargs() | {"methods": self.methods(), "country": country}

    def methods(self) -> list[Any]:
        return Repository().get_shipping_methods(basket=self.request.basket, user=self.request.user)

    def get_initial(self) -> dict[str, Any]:
        kept = self.checkout_session.details()
        user, wanted = self.request.user, baskets.service_type(self.request.basket)
        method = self.checkout_session.shipping_method_code(self.request.basket) or wanted
        mine = {"name": user.get_full_name(), "email": user.email} if user.is_authenticated else {}
        return mine | {"shipping_method": method} | kept | (kept.get("address") or {}) | ({} if kept else mine)

    def form_valid(self, form: DetailsForm) -> HttpResponse:
        details = form.details()
        self.checkout_session.set_details(details)
        self.checkout_session.set_guest_email(details["email"])
        self.checkout_session.use_shipping_method(form.cleaned_data["shipping_method"])
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        basket = self.request.basket
        offered = [baskets.about_method(method, basket) for method in self.methods()]
        visit = baskets.about_visit(request=self.request, basket=basket, at=timezone.now())
        # CheckoutSessionMixin would work out a whole order here; this page only asks questions.
        return generic.FormView.get_context_data(self, **kwargs) | {"methods": offered, "basket": basket} | visit
