"""What every page of the bench has in common: who may see it, whose site it is, and that it stays true while open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from cms.sites import Site, shop_settings, site_for
from repairs.bench import news
from repairs.bench.cards import Card, Marks, card, load
from repairs.models import Job


@method_decorator(never_cache, name="dispatch")
class BenchPage(PermissionRequiredMixin, TemplateView):
    """Context: `at`, `zone`, `can_work`, `me`, `news` (newest first) and `live_url`."""

    permission_required = "repairs.see_bench"

    @property
    def site(self) -> Site:
        """The site whose bench this is."""
        return site_for(self.request)

    @property
    def me(self) -> int:
        """Who looks; the permission made sure that somebody is logged in."""
        return int(self.request.user.pk or 0)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        return super().get_context_data(**kwargs) | {
            "at": at,
            "zone": shop_settings(self.site).zone,
            "can_work": self.request.user.has_perm("repairs.work_bench"),
            "me": self.me,
            "news": news.lately(self.site, me=self.me, at=at),
            "live_url": news.live_url(self.site),
        }

    def marks(self, jobs: Sequence[Job]) -> Marks:
        """What else to say on the cards of these jobs. The room above answers this with one statement."""
        return {}

    def cards_of(self, jobs: Sequence[Job], *, at: datetime) -> dict[int, Card]:
        """The cards of these jobs by job id, whatever list they stand in."""
        each = {job.pk: job for job in jobs}
        rows = list(each.values())
        photos, marks = load(rows), self.marks(rows)
        return {job.pk: card(job, at=at, photos=photos.get(job.pk, 0), marks=marks.get(job.pk, ())) for job in rows}
