"""What somebody sees who tried too often. allauth counts (ACCOUNT_RATE_LIMITS); this is its page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

WAIT = 300  # seconds: the longest window of ACCOUNT_RATE_LIMITS


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for 429, with Retry-After in seconds."""
    page = render(request, "429.html", {"minutes": WAIT // 60}, status=429)
    page["Retry-After"] = str(WAIT)
    return page
