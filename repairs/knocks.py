"""Guessing at tracking links is slow: an address that missed too often waits, whatever it asks for next.

Hits cost nothing, so that a shop's own wireless network may follow a hundred repairs.
"""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from repairs.live_knocks import address_of, read_rate


def too_many(request: HttpRequest, scope: str = "link") -> bool:
    """Whether this address has used up what settings.TRACK_RATE allows in the present span."""
    most, span = read_rate(settings.TRACK_RATE)
    return bool(most) and int(cache.get(_key(request, scope, span), 0)) >= most


def note(request: HttpRequest, scope: str = "link") -> None:
    """Count one miss (or one asking, where every one counts) of this address."""
    most, span = read_rate(settings.TRACK_RATE)
    if not most:
        return
    key = _key(request, scope, span)
    cache.add(key, 0, timeout=span)
    try:
        cache.incr(key)
    except ValueError:  # it ran out between the two
        cache.set(key, 1, timeout=span)


def wait_a_little(request: HttpRequest) -> HttpResponse:
    """The page for whoever has to wait: 429 in words, with the seconds in Retry-After."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(read_rate(settings.TRACK_RATE)[1])
    response["Cache-Control"] = "no-store"
    return response


def _key(request: HttpRequest, scope: str, span: int) -> str:
    """By the span and a keyed hash of the address: the cache keeps no list of who was here."""
    proxies = settings.REST_FRAMEWORK["NUM_PROXIES"]
    address = address_of(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""), proxies)
    now = int(timezone.now().timestamp()) // span
    return f"knocks:{scope}:{now}:{salted_hmac('mendwell.knocks', address).hexdigest()[:32]}"
