"""No NUL reaches Wagtail's own API: its search hands the words to the database as they are, which ends in a 500."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from api import errors

PATH = "/api/cms/"


class Middleware:
    """Answers 400 to an address under /api/cms/ whose query holds the character. Our own API refuses it by field."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PATH) and "%00" in request.META.get("QUERY_STRING", ""):
            refusal = errors.page(request, 400, "bad_request")
            if refusal is not None:
                return refusal
        return self.get_response(request)
