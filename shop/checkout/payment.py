"""The sixth step of a booking: everything once more, voucher, terms, way to pay, and the button that books."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from oscar.apps.checkout import views

from cms import terms
from cms.sites import site_for
from shop import basket_photos, baskets, consent, placement, reserve
from shop.checkout import codes, page_policy
from shop.checkout.holding import choose_time, time_context
from shop.checkout.last_word import ReviewForm, afresh
from shop.checkout.ways import offered
from shop.payments import providers

ACTIONS = {"choose_time": choose_time, "add_voucher": codes.add_voucher, "remove_voucher": codes.remove_voucher}


class PaymentDetailsView(views.PaymentDetailsView):
    """Template `checkout/review.html`. Context beside Oscar's: `form` (last_word.ReviewForm), `details`, `ways` (to
    pay, ways.py), `button`, `miss_fee`, `terms` (cms.terms.Terms), `voucher` (`code`, `problem` of the last try),
    `way`, `steps`, `summary`, all of `holding.time_context`, `problem` (None, or {code, message, url, action}: what is
    in the way). It posts to itself with `action`: place_order, or one of ACTIONS.
    """

    template_name_preview = "checkout/review.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = request.POST.get("action", "")
        if action not in ACTIONS:
            return super().post(request, *args, **kwargs)  # type: ignore[no-any-return]
        ACTIONS[action](request, self.checkout_session, at=self.at)
        reserve.renew_time(basket=request.basket, at=self.at)  # type: ignore[attr-defined]
        return redirect(f"{reverse('checkout:preview')}#{'time' if action == 'choose_time' else 'voucher'}")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        page_policy.allow(response, page_policy.ways_out())  # placing the order may lead straight to the provider
        return response

    def submit(self, user: Any, basket: Any, **submission: Any) -> HttpResponse:
        site = site_for(self.request)
        form = ReviewForm(self.request.POST, terms=terms.current(site), ways=list(settings.PAYMENT_PROVIDERS))
        if not form.is_valid() and set(form.errors) != {"agree"}:
            return self.render_preview(self.request, form=form)
        details, said = self.checkout_session.details(), form.cleaned_data
        member = user if user.is_authenticated else None
        versions = {key: said[key] for key in ("terms_version", "privacy_version")}
        try:
            order = placement.place(
                basket=basket,
                customer=placement.Customer.of(details, user=member, language=self.request.LANGUAGE_CODE),
                shipping_code=submission["shipping_method"].code,
                address=details["address"],
                notes=details["notes"],
                at=self.at,
                consent=consent.agree(site=site, agreed=not form.errors, at=self.at, **versions),
                pay_by=said["pay_by"],
                shown_total=said["shown_total"],
            )
        except consent.TermsNotAgreed:
            return self.render_preview(self.request, form=form)
        except placement.AlreadyPlaced as placed:
            order = placed.order
        except (consent.TermsChanged, *placement.PROBLEMS) as problem:
            return self.render_preview(self.request, problem=baskets.way_out(problem, basket))
        return self.handle_successful_order(order)

    def handle_payment_details_submission(self, request: Any) -> HttpResponse:
        return HttpResponseBadRequest()

    def send_order_placed_email(self, order: Any) -> None: ...  # the post room has told the customer already

    def handle_successful_order(self, order: Any) -> HttpResponse:
        super().handle_successful_order(order)
        return redirect("checkout:pay", number=order.number)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        now = terms.current(site := site_for(self.request))
        context |= time_context(self.request, self.checkout_session, at=self.at)
        total = context["order_total"]
        said = {"pay_by": self.request.POST.get("pay_by"), "ways": providers.ways_of(site.shop)}
        form = kwargs.get("form") or afresh(terms=now, total=total.incl_tax, **said)
        return context | {
            "problem": kwargs.get("problem"),
            "form": form,
            "terms": now,
            **offered(site=site, chosen=form["pay_by"].value(), context=context, draft=self.way.draft, at=self.at),
            "details": self.checkout_session.details(),
            "voucher": self.checkout_session.said("voucher"),
            "photos": basket_photos.count(self.way.draft),
            **self.way.shown("payment"),
        }
