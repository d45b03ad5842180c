"""The messages of a shop for its staff: what waits, what went out, what failed, and sending that again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from cms.sites import shop_settings, site_for
from notifications import resend
from notifications.kinds import KINDS, title_of
from notifications.models import Message

PAGE = 40
REFRESH_SECONDS = 15
# The frozen facts that tell a colleague what a message that is not written yet will be about.
FACTS = {
    "customer_name": _("Customer"),
    "reference": _("Reference"),
    "device": _("Device"),
    "repair": _("Repair"),
    "status": _("Status"),
    "appointment": _("Visit"),
    "total": _("Total"),
    "paid": _("Paid"),
    "note": _("Note"),
}
SECRET = tuple(kind.name for kind in KINDS.values() if kind.secret)


def seen_by(request: HttpRequest) -> QuerySet[Message]:
    """The messages of this shop that the person may see: all with the permission, else only those about jobs."""
    rows = Message.objects.filter(site=site_for(request))
    if request.user.has_perm("notifications.view_message"):
        return rows
    return rows.filter(kind__startswith="job.").exclude(kind__in=SECRET)


def fitting(rows: QuerySet[Message], words: str) -> QuerySet[Message]:
    """The rows whose address, subject or frozen reference holds the words."""
    if not words:
        return rows
    return rows.filter(
        Q(to__icontains=words)
        | Q(subject__icontains=words)
        | Q(context__reference__iexact=words)
        | Q(contact__name__icontains=words)
        | Q(dedupe_key__icontains=words)
    )


@method_decorator(never_cache, name="dispatch")
class MessageList(PermissionRequiredMixin, TemplateView):
    """Template `counter/messages.html`: `status`, `channel`, `kind`, `q` and `page` narrow it; `refresh=1` reloads."""

    permission_required = "repairs.see_bench"
    template_name = "counter/messages.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Three statements: counts, how many fit, one page of them."""
        asked = {
            name: self.request.GET.get(name, "").replace("\x00", "").strip()[:80]
            for name in ("status", "channel", "kind", "q")
        }
        rows = seen_by(self.request)
        counts = dict(rows.order_by().values_list("status").annotate(Count("pk")))
        found = fitting(rows, asked["q"])
        for name in ("status", "channel", "kind"):
            found = found.filter(**{name: asked[name]}) if asked[name] else found
        pages = Paginator(found.order_by("-created_at", "-pk"), PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        return super().get_context_data(**kwargs) | {
            "page": "messages",
            "asked": asked,
            "filtered": any(asked.values()),
            "statuses": [(value, label, counts.get(value, 0)) for value, label in Message.Status.choices],
            "every": sum(counts.values()),
            "channels": Message.Channel.choices[:2],
            "kinds": sorted((kind, title_of(kind)) for kind in KINDS),
            "rows": [(row, title_of(row.kind, row.context)) for row in page],
            "secret": SECRET,
            "page_obj": page,
            "page_range": pages.get_elided_page_range(page.number),
            "zone": shop_settings(site_for(self.request)).zone,
            "refresh": REFRESH_SECONDS if self.request.GET.get("refresh") == "1" else 0,
        }


@method_decorator(never_cache, name="dispatch")
class MessagePage(PermissionRequiredMixin, TemplateView):
    """Template `counter/message.html`. The words of a message that opens an account are shown to nobody here."""

    permission_required = "repairs.see_bench"
    template_name = "counter/message.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = get_object_or_404(seen_by(self.request).select_related("contact"), pk=kwargs["pk"])
        return super().get_context_data(**kwargs) | {
            "page": "messages",
            "message": row,
            "title": title_of(row.kind, row.context),
            "facts": [(words, row.context[name]) for name, words in FACTS.items() if row.context.get(name)],
            "is_secret": row.kind in SECRET,
            "receipts": list(row.receipts.order_by("at", "pk")),
            "resendings": list(row.resendings.select_related("by").order_by("-at", "-pk")),
            "can_resend": resend.can_resend(row) and self.request.user.has_perm("notifications.change_message"),
            "words_lost": row.status == Message.Status.FAILED and not resend.can_resend(row),
            "zone": shop_settings(site_for(self.request)).zone,
        }


class SendAgain(PermissionRequiredMixin, View):
    """Put a failed message into the outbox once more, and say so."""

    permission_required = ("repairs.see_bench", "notifications.change_message")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One verb; a second press is told that it waits already."""
        row = get_object_or_404(seen_by(request), pk=pk)
        try:
            queued = resend.send_again(row.pk, by=request.user, at=timezone.now())
        except resend.WordsNotKept as refusal:
            messages.error(request, str(refusal))
        else:
            if queued:
                messages.success(request, gettext("It waits in the outbox and goes out as soon as the worker runs."))
            else:
                messages.info(
                    request, gettext("This message is not waiting to be repeated: it is on its way or has arrived.")
                )
        return redirect("counter:message", pk=row.pk)
