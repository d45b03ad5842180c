"""The page behind a tracking link: the story of one repair, for whoever holds the link."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from cms.sites import shop_settings
from repairs import tracking
from repairs.times import zone_word


@method_decorator(never_cache, name="dispatch")
class TrackingPage(View):
    """Status, rail, visit and notes of a job. 404 for a link that is forged, damaged or withdrawn."""

    template_name = "repairs/tracking.html"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The page in the customer's language and the shop's zone; never stored, never named to other sites."""
        try:
            job = tracking.find(token)
        except tracking.LinkNotGood as error:
            raise Http404(str(error)) from error
        with translation.override(job.contact.language):
            response = render(request, self.template_name, self.facts(job, token))
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def facts(self, job: Any, token: str) -> dict[str, Any]:
        """What the template shows."""
        at = timezone.now()
        shop = shop_settings(job.site)
        told = tracking.story(job, at=at)
        moments = {"visit": told.starts_at, "promise": told.promised_at}
        return {
            "story": told,
            "notes": [event for event in reversed(told.events) if event.note],
            "shop": shop,
            "zone": shop.zone,
            "zone_words": {name: zone_word(moment, shop.zone) for name, moment in moments.items() if moment},
            "live_url": "" if told.finished else f"/live/{token}/",
        }
