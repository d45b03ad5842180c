"""Paper for a job: the label on the thing, and the slip the customer takes home."""

from typing import Any

import segno
from django.conf import settings
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from cms.sites import shop_settings, site_for
from repairs import tracking
from repairs.models import Job
from shop.models import OrderJob
from shop.payments import ledger

# Labels that the usual printers take, width by height in millimetres. The first one is taken when nobody chose.
SIZES = {"62x29": "62 × 29 mm", "100x50": "100 × 50 mm"}
COOKIE = "label_size"
YEAR = 365 * 24 * 3600


def qr(address: str) -> SafeString:
    """The address as a QR code: an SVG in black that takes the size of its box."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(border=0, omitsize=True, svgclass="qr", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 - made here from modules, the address is not in it as text


def short_name(name: str) -> str:
    """A customer's name as a label may show it to everybody in the shop: first name and one letter, Clara W."""
    words = name.split()
    if not words:
        return ""
    return f"{words[0][:14]} {words[-1][0]}." if len(words) > 1 else words[0][:14]


class PaperPage(PermissionRequiredMixin, TemplateView):
    """A page for the printer. `?print=1` opens the printer's dialogue by itself."""

    permission_required = "repairs.see_bench"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """job, tasks, zone, shop, received_at (None: not here yet), print_now. Three statements."""
        site = site_for(self.request)
        jobs = Job.objects.select_related("contact", "device")
        job = get_object_or_404(jobs, site=site, reference=self.kwargs["reference"])
        shop = shop_settings(site)
        return super().get_context_data(**kwargs) | {
            "job": job,
            "tasks": list(job.tasks.order_by("pk")),
            "zone": shop.zone,
            "shop": shop,
            "received_at": job.events.filter(kind="job.received").order_by("seq").values_list("at", flat=True).last(),
            "print_now": self.request.GET.get("print") == "1",
        }


@method_decorator(never_cache, name="dispatch")
class LabelPage(PaperPage):
    """Template `counter/label.html`. The QR opens the job's page for staff; `?size=` is kept for this browser."""

    template_name = "counter/label.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        job: Job = context["job"]
        return context | {
            "qr": qr(f"{settings.PUBLIC_ORIGIN}{reverse('bench:job', args=[job.reference])}"),
            "who": short_name(job.contact.name),
            "size": self.size(),
            "sizes": SIZES,
        }

    def size(self) -> str:
        """The size that is asked for, else the one this browser used last, else the first."""
        for wanted in (self.request.GET.get("size"), self.request.COOKIES.get(COOKIE)):
            if wanted in SIZES:
                return wanted
        return next(iter(SIZES))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The label; a size that was asked for is remembered."""
        answer = super().get(request, *args, **kwargs)
        if request.GET.get("size") in SIZES:
            answer.set_cookie(
                COOKIE, self.size(), max_age=YEAR, path="/bench/", secure=request.is_secure(), httponly=True,
                samesite="Lax",
            )  # fmt: skip
        return answer


@method_decorator(never_cache, name="dispatch")
class SlipPage(PaperPage):
    """Template `counter/slip.html`: what was agreed, what is paid, and the QR that follows the repair."""

    template_name = "counter/slip.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        job: Job = context["job"]
        row = OrderJob.objects.filter(job=job).select_related("order").first()
        link = tracking.link(job)
        return context | {
            "qr": qr(link),
            "order": row.order if row else None,
            "balance": ledger.balance(row.order) if row else None,
        }
