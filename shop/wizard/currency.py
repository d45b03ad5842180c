"""POST currency/: another currency for this browser, and for the booking that it is at."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cms.forms.answering import comes_from_us
from cms.sites import site_for
from shop import baskets, draft_currency, drafts, quotes
from shop.storefront.currency import remember
from shop.wizard.opening import NOT_FOR_SALE, mine

REFUSALS = (quotes.CurrencyNotOffered, drafts.DraftNotFound, baskets.BasketClosed, *NOT_FOR_SALE)


@csrf_exempt  # its form stands on shared pages, which hold no token: decision 18 says why the origin is enough
@never_cache
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep `currency` and go back to `next`. A booking that cannot follow says why, and everything stays as it is."""
    if comes_from_us(request) is False:
        raise PermissionDenied
    site, at = site_for(request), timezone.now()
    there = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    answer = redirect(there if safe and there.startswith("/") else "/")
    try:
        currency = quotes.currency_of(site.shop, request.POST.get("currency", ""))
        found = mine(request, site=site)
        if found is not None:
            draft_currency.change(found[0], currency, at=at)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        remember(answer, currency)
    return answer
