"""Streams first, everything else through the web application that production serves.

The demo runs this whole; production runs it with MENDWELL_STREAMS_ONLY=1 as a process of its own beside the
workers, which then needs neither Django's apps nor their memory.
"""

import os
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core import signing

from cms.frontends.known import allowed_origins
from repairs.live import Asgi, Doors, Live
from repairs.live_hub import Hub
from repairs.live_knocks import Misses
from repairs.live_rows import Rows
from repairs.live_wire import Message, NotGood, Receive, Send, refuse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings.production")

STREAMS_ONLY = os.environ.get("MENDWELL_STREAMS_ONLY", "") in {"1", "true", "yes", "on"}
TICKET_SECONDS = 10 * 60  # looked at when a stream begins; each page of the bench brings a new one


def read_link(token: str) -> tuple[str, int]:
    """Reference and link version out of a tracking token (made by repairs/tracking.py). Raises NotGood."""
    try:
        given = signing.loads(token, salt="mendwell.track")
        return str(given["j"]), int(given["v"])
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        raise NotGood("This link is not good. Ask the shop for a new one.") from None


def read_ticket(ticket: str) -> int:
    """The site out of a bench ticket (made by repairs/bench). Raises NotGood, also when it is old."""
    try:
        return int(signing.loads(ticket, salt="mendwell.bench-live", max_age=TICKET_SECONDS)["site"])
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        raise NotGood("This ticket is not good. Reload the page for a new one.") from None


async def not_found(scope: Message, receive: Receive, send: Send) -> None:
    """What the streams-only process says to everything else."""
    if scope["type"] == "http":
        await refuse(send, 404, "not_found", "Only live streams are served here.", [])


rest: Asgi = not_found
if not STREAMS_ONLY:
    from site_config.wsgi import application as pages

    rest = cast("Asgi", WSGIMiddleware(cast("Any", pages), workers=8))

hub = Hub(Rows(settings.DATABASES["default"]))
doors = Doors(
    link=read_link,
    ticket=read_ticket,
    origins=sorted(allowed_origins()),
    misses=Misses(settings.TRACK_RATE, settings.REST_FRAMEWORK["NUM_PROXIES"]),
)
application = Live(hub, doors, rest, redis_url=settings.REDIS_URL)
