"""Where providers reach us, and the demo bank's page."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cms.sites import shop_settings, site_for
from shop.models import DemoCharge
from shop.payments import demo_bank, demo_post, inbox
from shop.payments.base import BadSignature, Unavailable
from shop.payments.minor_units import from_minor
from shop.payments.providers import UnknownProvider

DECISIONS: dict[str, demo_bank.Decision] = {"approve": "approved", "decline": "declined", "abandon": "cancelled"}


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """200 kept, 400 not signed by them, 404 no such provider; 503 (they could not be asked whether it is theirs) and
    500 (our own fault) make them send it again."""
    try:
        inbox.receive(provider=provider, body=request.body, headers=request.headers, at=timezone.now())
    except UnknownProvider as error:
        raise Http404 from error
    except BadSignature:
        return HttpResponse("The signature does not fit.", status=400, content_type="text/plain")
    except Unavailable:
        return HttpResponse("Please send it again.", status=503, content_type="text/plain")
    return HttpResponse(status=200)


class DemoPayPage(View):
    """The page of the stand-in bank: approve, decline or abandon. Template `demo/pay.html`; demo only."""

    def get(self, request: HttpRequest, charge_id: str) -> HttpResponse:
        charge = self.charge(charge_id)
        return render(
            request,
            "demo/pay.html",
            {
                "charge": charge,
                "amount": from_minor(charge.amount_minor, charge.currency),
                "shop_name": shop_settings(site_for(request)).name,
                "return_url": self.way_back(charge),
            },
        )

    def post(self, request: HttpRequest, charge_id: str) -> HttpResponse:
        charge = self.charge(charge_id)
        decision = DECISIONS.get(request.POST.get("decision", ""))
        if decision is None:
            return HttpResponse("Choose approve, decline or abandon.", status=400, content_type="text/plain")
        demo_bank.decide(charge_id=charge.pk, decision=decision)
        demo_post.send_outcome.enqueue(charge.pk)
        return HttpResponseRedirect(self.way_back(charge))

    def charge(self, charge_id: str) -> DemoCharge:
        """The charge, where the demo is on."""
        if not settings.DEMO:
            raise Http404
        return get_object_or_404(DemoCharge, pk=charge_id)

    def way_back(self, charge: DemoCharge) -> str:
        """Back to the shop. On our own origin the path is enough: the demo may be shown under any forwarded host."""
        if not charge.return_url.startswith(f"{settings.PUBLIC_ORIGIN}/"):
            return charge.return_url
        # One slash only: a browser reads //elsewhere as another host.
        return "/" + charge.return_url.removeprefix(settings.PUBLIC_ORIGIN).lstrip("/\\")
