"""What works behind the screens: the worker, its tasks, what it does by the clock, and the ways out of the house."""

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from cms.sites import shop_settings, site_for
from notifications import breaker, outbox, work
from shop.counter import odd, words

REFRESH_SECONDS = 15


@method_decorator(never_cache, name="dispatch")
class WorkPage(PermissionRequiredMixin, TemplateView):
    """Template `counter/work.html`. `?refresh=1` loads it again every 15 seconds; off until somebody asks.

    `resting`: (name, Trouble) of payment providers that have not answered lately, the longest first.
    """

    permission_required = "repairs.see_bench"
    template_name = "counter/work.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of statements, whatever lies in the queue."""
        site, at = site_for(self.request), timezone.now()
        queued, waiting = work.waiting(at=at)
        went_well, done = work.done()
        went_wrong, failed = work.failed()
        sees_money = self.request.user.has_perm("shop.view_payment")
        odd_events = odd.open_cases(self.request.user, site) if sees_money else None
        return super().get_context_data(**kwargs) | {
            "at": at,
            "zone": shop_settings(site).zone,
            "page": "work",
            "pulse": work.pulse(at=at),
            "late_since": outbox.waiting_since(at=at),
            "queued": queued,
            "waiting": waiting,
            "went_well": went_well,
            "done": done,
            "went_wrong": went_wrong,
            "failed": failed,
            "schedules": work.schedules(),
            "channels": work.channels(site_id=site.pk, at=at),
            "resting": resting(),
            "odd_events": odd_events,
            "odd_count": odd_events,
            "sees_errors": self.request.user.has_perm("notifications.view_message"),
            "refresh": REFRESH_SECONDS if self.request.GET.get("refresh") == "1" else 0,
        }


def resting() -> list[tuple[str, breaker.Trouble]]:
    """The payment providers that are left alone because they did not answer, in words. No statement."""
    found = breaker.troubles(settings.PAYMENT_PROVIDERS)
    return [(words.of_way(name), trouble) for name, trouble in sorted(found.items(), key=lambda one: one[1].since)]
