"""The fifth step of a booking: who comes, how to reach them, and where to send it when it is sent."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse, reverse_lazy
from django.utils.http import urlencode
from django.views import generic
from oscar.core.loading import get_class

from cms.sites import shop_settings, site_for
from shop import baskets, drafts, reserve
from shop.checkout import way
from shop.checkout.forms import DetailsForm
from shop.checkout.holding import choose_time, time_context
from shop.checkout.session import CheckoutSessionMixin
from shop.wizard.summary import summary

Repository = get_class("shipping.repository", "Repository")
LONGEST = 1000


class DetailsView(CheckoutSessionMixin, generic.FormView):
    """Template `checkout/details.html`. Context: `form`, `methods` (list of {code, name, description, charge,
    needs_address}; charge is a Decimal, gross), `method` (the one chosen with the time, or None), `way` (links back),
    `basket`, and everything of `holding.time_context`. POST with `action` log_in, choose_time or keep leaves the form
    as it is and keeps what was typed; without one the details are judged and kept.
    """

    template_name = "checkout/details.html"
    form_class = DetailsForm
    success_url = reverse_lazy("checkout:preview")
    pre_conditions = ("check_basket_is_not_empty", "check_basket_is_valid")
    request: Any

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = request.POST.get("action", "")
        if action not in {"log_in", "choose_time", "keep"}:
            return super().post(request, *args, **kwargs)
        kept = self.keep_typed()
        if action == "keep":
            return HttpResponse(status=204 if kept else 404)
        reserve.renew_time(basket=request.basket, at=self.at)  # type: ignore[attr-defined]
        if action == "choose_time":
            choose_time(request, self.checkout_session, at=self.at)
            return redirect("checkout:index")
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': reverse('checkout:index')})}")

    def keep_typed(self) -> bool:
        fields = self.form_class.base_fields
        typed = {name: self.request.POST.get(name, "").replace("\x00", "")[:LONGEST] for name in fields}
        if self.way.draft is None or self.request.POST["action"] != "keep":
            # A page that saves itself writes no session: it would put back the one it read, and so undo the answers
            # of a form that was sent meanwhile.
            self.checkout_session.set_typed(typed)
        return way.keep_typed(self.way, typed, self.at)

    def get_form_kwargs(self) -> dict[str, Any]:
        country = shop_settings(site_for(self.request)).country
        return super().get_form_kwargs() | {"methods": self.methods, "country": country, "fixed": self.way.method}

    @property
    def methods(self) -> list[Any]:
        return list(Repository().get_shipping_methods(basket=self.request.basket, user=self.request.user))

    def get_initial(self) -> dict[str, Any]:
        """What we know, the later the better: the person, what was sent here or on another device, what was typed."""
        user, draft = self.request.user, self.way.draft
        kept = self.checkout_session.details() or (draft.details if draft else {})
        chosen = self.checkout_session.shipping_method_code(self.request.basket)
        method = {"shipping_method": chosen or baskets.service_type(self.request.basket)}
        mine = {"name": user.get_full_name(), "email": user.email} if user.is_authenticated else {}
        later = [kept, kept.get("address") or {}, way.typed_elsewhere(self.way) or self.checkout_session.typed()]
        return method | mine | {name: value for known in later for name, value in known.items() if value}

    def form_valid(self, form: DetailsForm) -> HttpResponse:
        details = form.details()
        self.checkout_session.set_details(details)
        self.checkout_session.set_typed({})
        self.checkout_session.set_guest_email(details["email"])
        self.checkout_session.use_shipping_method(form.cleaned_data["shipping_method"])
        if not way.keep_details(self.way, details):
            messages.error(self.request, drafts.NO_LONGER)
        reserve.renew_time(basket=self.request.basket, at=self.at)
        if self.request.POST.get("starts_at"):
            choose_time(self.request, self.checkout_session, at=self.at)
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        basket = self.request.basket
        offered = [baskets.about_method(method, basket) for method in self.methods]
        # CheckoutSessionMixin would work out a whole order here; this page only asks questions.
        context = generic.FormView.get_context_data(self, **kwargs) | {"methods": offered, "basket": basket}
        context |= time_context(self.request, self.checkout_session, at=self.at) | self.way.shown("details")
        method = next((one for one in offered if one["code"] == self.way.method), None)
        told = summary(basket=basket, draft=self.way.draft, at=self.at, site=site_for(self.request))
        return context | {"method": method, "summary": told}
