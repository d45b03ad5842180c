"""Which other origins may call the API from a browser: those of settings.ALLOWED_ORIGINS and settings.FRONTENDS, and
never with cookies. Drafts are read by the origins of settings.FRONTENDS alone.

A browser client elsewhere carries X-Session-Token and X-Basket-Token in headers; so no answer here ever says
Access-Control-Allow-Credentials, and a foreign page cannot ride on somebody's session.
"""

from collections.abc import Callable, Collection

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from cms.frontends.known import allowed_origins, origins

PATHS = ("/api/", "/_allauth/")
METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
ASK = (
    "Accept, Accept-Language, Content-Type, If-None-Match, Idempotency-Key, X-Basket-Token, X-Preview-Token, "
    "X-Session-Token"
)
SHOW = "ETag, Idempotent-Replayed, Location, Retry-After, X-Content-Version"
DRAFTS = "/api/v1/preview/"  # read by the frontends of the settings and by nobody else


class Middleware:
    """Answers the browser's question before it asks, and marks answers that another origin may read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        origin = request.headers.get("Origin", "")
        if not request.path_info.startswith(PATHS):
            return self.get_response(request)
        asks_first = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = HttpResponse(status=204) if asks_first else self.get_response(request)
        known = origins() if request.path_info.startswith(DRAFTS) else allowed_origins()
        if known:
            patch_vary_headers(response, ["Origin"])  # type: ignore[arg-type]
        # An open list is told to everybody, so that a kept answer does not depend on who asked first.
        if "*" in known:
            self.mark(response, "*", asks_first=asks_first)
        elif self.allowed(origin, known):
            self.mark(response, origin, asks_first=asks_first)
        return response

    @staticmethod
    def allowed(origin: str, known: Collection[str]) -> bool:
        """Whether this origin is in the list. `null` (a file, a sandbox) never is."""
        return origin not in {"", "null"} and origin in known

    @staticmethod
    def mark(response: HttpResponseBase, origin: str, *, asks_first: bool) -> None:
        """Write the headers that let the origin read (and, when asked first, send)."""
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = SHOW
        if asks_first:
            response["Access-Control-Allow-Methods"] = METHODS
            response["Access-Control-Allow-Headers"] = ASK
            response["Access-Control-Max-Age"] = "600"
