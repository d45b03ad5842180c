"""Whether a provider is set up right: what it says itself, and what we heard from it. Asked by check_provider."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from notifications.breaker import troubles
from shop import currencies
from shop.models import PaymentEvent, SiteShop
from shop.payments import providers
from shop.payments.base import CheckAsk, Finding

WAITS = timedelta(minutes=5)  # an event that was kept so long ago and is not judged yet


def check(name: str, *, at: datetime) -> list[Finding]:
    """Everything that can be said about one provider now. Raises UnknownProvider. Asks it over the network."""
    provider = providers.named(name)
    ask = CheckAsk(
        webhook_url=settings.PUBLIC_ORIGIN + reverse("payments-webhook", args=[name]),
        currencies=sorted({code for shop in SiteShop.objects.all() for code in currencies.offered(shop)}),
        at=at,
    )
    found = list(provider.check(ask))
    if provider.online:
        found += [*_trouble(name), *_heard(name, at)]
    return found


def _trouble(name: str) -> Iterator[Finding]:
    """Whether our own processes have given it up for a while."""
    for trouble in troubles([name]).values():
        yield Finding(
            "warning",
            f"It has not answered the shop since {trouble.since:%Y-%m-%d %H:%M} UTC: {trouble.why}",
            "Look at the provider's status page. The shop asks again by itself every half minute.",
        )


def _heard(name: str, at: datetime) -> Iterator[Finding]:
    """What arrived: the only proof that our webhook address and its secret are right."""
    events = PaymentEvent.objects.filter(provider=name)
    last = events.order_by("-received_at").first()
    if last is None:
        yield Finding("warning", "No news have arrived yet.", "Pay once yourself, then look here again.")
        return
    yield Finding("ok", f"The last news arrived on {last.received_at:%Y-%m-%d %H:%M} UTC ({last.kind}).")
    judged = events.exclude(applied_at=None).order_by("-applied_at").first()
    if judged is not None:
        yield Finding("ok", f"The last news were judged on {judged.applied_at:%Y-%m-%d %H:%M} UTC.")
    waiting = events.filter(state=PaymentEvent.State.RECEIVED, received_at__lt=at - WAITS, attempts=0).count()
    if waiting:
        yield Finding(
            "error",
            f"{waiting} of its messages wait for more than five minutes.",
            "Start the worker: manage.py qcluster.",
        )
    odd = events.filter(state=PaymentEvent.State.ODD).count()
    if odd:
        yield Finding("warning", f"{odd} of its messages fit nothing.", "Look at them on the bench, under Payments.")
