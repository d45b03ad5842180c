"""What providers say later about a message. The only place where a sent message becomes delivered or failed."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications import outbound
from notifications.channels.base import BadSignature
from notifications.models import Message, Receipt

# A later word never takes back a firmer one: failed and delivered stay.
OPEN = [Message.Status.SENDING, Message.Status.SENT]
BECOMES = {"delivered": Message.Status.DELIVERED, "failed": Message.Status.FAILED}


def receive(*, channel: str, url: str, body: bytes, headers: Mapping[str, str], at: datetime) -> int:
    """Check, keep and apply what the provider of this channel posted to `url`. Returns the number of new receipts.

    A repeat changes nothing. Raises BadSignature.
    """
    provider = outbound.provider("CHANNELS", channel)
    reports = provider.read_receipts(url=url, body=body, headers=headers)
    new = 0
    for report in reports:
        message = Message.objects.filter(provider=provider.name, provider_id=report.provider_id).first()
        _row, made = Receipt.objects.get_or_create(
            provider=provider.name,
            event_id=report.event_id,
            defaults={"message": message, "status": report.status, "detail": report.detail[:300], "at": at},
        )
        new += made
        if made and message:
            apply(message, status=report.status, detail=report.detail)
    return new


def apply(message: Message, *, status: str, detail: str) -> None:
    """Write a provider's word onto the message, unless a firmer one stands there."""
    becomes = BECOMES.get(status)
    if becomes is None:
        return
    changes = {"status": becomes} if becomes != Message.Status.FAILED else {"status": becomes, "error": detail}
    Message.objects.filter(pk=message.pk, status__in=OPEN).update(**changes)


def catch_up(*, provider: str, provider_id: str) -> None:
    """Apply receipts that came in before the provider's number of the message was written down."""
    if not provider_id:
        return
    early = list(Receipt.objects.filter(provider=provider, message=None, event_id__startswith=f"{provider_id}:"))
    if not early:
        return
    message = Message.objects.get(provider=provider, provider_id=provider_id)
    for receipt in sorted(early, key=lambda receipt: receipt.at):
        apply(message, status=receipt.status, detail=receipt.detail)
    Receipt.objects.filter(pk__in=[receipt.pk for receipt in early]).update(message=message)


@csrf_exempt
@require_POST
def twilio_status(request: HttpRequest) -> HttpResponse:
    """Twilio's status callback. It signs the address it called, which is PUBLIC_ORIGIN's, not the proxy's."""
    url = settings.PUBLIC_ORIGIN + request.get_full_path()
    try:
        receive(channel="sms", url=url, body=request.body, headers=request.headers, at=timezone.now())
    except ImproperlyConfigured:
        return HttpResponse("There is no SMS channel.", status=404, content_type="text/plain")
    except BadSignature as error:
        return HttpResponse(str(error), status=403, content_type="text/plain")
    return HttpResponse(status=204)
