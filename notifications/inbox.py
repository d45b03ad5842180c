"""The demo's inbox: every message as the customer sees it. Mounted only when settings.DEMO."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import outbox
from notifications.contacts import one_line
from notifications.kinds import KINDS
from notifications.models import Message

PER_PAGE = 20


def asked(request: HttpRequest) -> dict[str, str]:
    """The filters of the address line, cleaned: to, channel, kind."""
    return {name: one_line(request.GET.get(name, ""), 254) for name in ("to", "channel", "kind")}


def found(filters: dict[str, str]) -> QuerySet[Message]:
    """The messages that fit the filters, newest first."""
    rows = Message.objects.exclude(status__in=[Message.Status.QUEUED, Message.Status.SENDING])
    if filters["to"]:
        rows = rows.filter(to__icontains=filters["to"])
    if filters["channel"]:
        rows = rows.filter(channel=filters["channel"])
    if filters["kind"]:
        rows = rows.filter(kind=filters["kind"])
    return rows.order_by(Coalesce("sent_at", "created_at").desc(), "-pk")


@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """The list of what went out, with the number that waits in the outbox."""
    filters = asked(request)
    page = Paginator(found(filters), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "filters": filters,
        "filtered": any(filters.values()),
        "queued": outbox.queued(),
        "channels": [("email", Message.Channel.EMAIL.label), ("sms", Message.Channel.SMS.label)],
        "kinds": sorted(KINDS),
    }
    return render(request, "notifications/inbox.html", context)
