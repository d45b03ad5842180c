"""A price that was given, for whoever has its reference: why it is what it is, and the form to print."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cms.sites import shop_settings, site_for
from shop import baskets, quote_terms, quotes, renewal
from shop.models import Quote
from shop.owners import owns
from shop.shipping.repository import Repository
from shop.storefront.answers import in_words

BENCH = "repairs.see_bench"
REFUSALS = (
    quotes.NotOffered,
    quotes.QuoteExpired,
    quotes.QuoteRedeemed,
    baskets.BasketClosed,
    baskets.NotForSale,
    baskets.OtherCurrency,
    baskets.OtherShop,
)


@method_decorator(never_cache, name="dispatch")
class QuoteView(View):
    """A quote of this shop that the visitor may see; 404 for all others, so that nobody learns what exists.

    A loose price is for who has its reference. One in a booking is for its own basket, for who ordered it, and for
    staff at the bench.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = super().dispatch(request, *args, **kwargs)
        answer["X-Robots-Tag"] = "noindex, nofollow"
        answer["Referrer-Policy"] = "same-origin"  # the address is a secret; our own forms still need their referrer
        return answer

    @cached_property
    def at(self) -> datetime:
        """One moment for the request."""
        return timezone.now()

    @cached_property
    def quote(self) -> Quote:
        """The quote. Raises Http404."""
        site, reference = site_for(self.request), self.kwargs["reference"]
        try:
            quote = quotes.find(site, reference)
        except quotes.QuoteNotFound as missing:
            raise Http404(str(missing)) from missing
        if quote.item is not None and not self.is_own(quote):
            raise Http404(_("We cannot find this price. Please ask again."))
        return quote

    def is_own(self, quote: Quote) -> bool:
        """Whether it lies in this browser's basket, was ordered by this log-in, or a colleague at the bench looks."""
        basket: Any = self.request.basket  # type: ignore[attr-defined]
        if basket.pk and quote.basket_rows.filter(line__basket=basket.pk).exists():
            return True
        if self.request.user.has_perm(BENCH):
            return True
        order = quote.redeemed_order
        return order is not None and owns(self.request.user, order.visit)

    def _why_url(self) -> str:
        return reverse("counter:why", args=[self.quote.reference]) if self.request.user.has_perm(BENCH) else ""

    def facts(self) -> dict[str, Any]:
        """What page and form show of the quote."""
        quote, site = self.quote, site_for(self.request)
        shop = shop_settings(site)
        return {
            "quote": quote,
            "shop": shop,
            "zone": shop.zone,
            "terms": (terms := quote_terms.of(quote)),
            "tax_name": terms.tax_name,
            "why_url": self._why_url(),
            "answers": in_words(quote.answers),
            "usable": quotes.usable(quote, self.at),
            "ran_out": quote.redeemed_order_id is None and self.at >= quote.valid_until,
            # Words of the customer are for the customer: a reference may be passed on.
            "problem": quote.problem if self.is_own(quote) else "",
        }


class QuotePage(QuoteView):
    """Template `shop/quote.html`. POST `take` puts it into the basket; POST `renew` asks for today's price."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        quote = self.quote
        before = Quote.objects.filter(pk=quote.replaces_id, item=quote.item).first() if quote.replaces_id else None
        moved = renewal.difference(before, quote) if before else None
        return render(request, "shop/quote.html", self.facts() | {"moved": moved})

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        quote = self.quote
        try:
            if "renew" in request.POST:
                quote, _moved = renewal.renew(quote, self.at)
                return redirect("quote", reference=quote.reference)
            baskets.add_quote(basket=request.basket, quote=quote, at=self.at)  # type: ignore[attr-defined]
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
            return redirect("quote", reference=quote.reference)
        return redirect("basket:summary")


class QuoteForm(QuoteView):
    """Template `shop/quote_form.html`: one page to print, with what the European repair information form tells."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        sent = [way for way in Repository.methods if way.charge]
        return render(request, "shop/quote_form.html", self.facts() | {"sent": sent})
