"""Every answer of the log-in's API is JSON: what allauth or Django refuse with a page becomes a problem document."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from api import errors

PATH = "/_allauth/"
WAIT = 300  # seconds: the longest window of the log-in's limits (shop/accounts/limits.py)
CODES = {400: "parse_error", 403: "permission_denied", 404: "not_found", 405: "method_not_allowed"}


class Middleware:
    """Stands outside the forgery check, whose refusal is a page too. Tells who came too often when to come back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path_info.startswith(PATH) or response.status_code < 400:
            return response
        if "json" not in response.headers.get("Content-Type", ""):
            status = response.status_code
            response = errors.page(request, status, CODES.get(status, "bad_request")) or response
        if response.status_code == 429:
            response.headers.setdefault("Retry-After", str(WAIT))
        return response
