"""What a browser may do on a page: the headers Content-Security-Policy and Permissions-Policy, after the settings."""

from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


def directives_of(path: str) -> dict[str, Any]:
    """What holds for a path: the settings' own table, or it with what the first area adds whose beginning fits."""
    ours: dict[str, Any] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    for beginning, theirs in settings.CONTENT_SECURITY_POLICY_AREAS.items():
        if path.startswith(beginning):
            return ours | theirs
    return ours


class Middleware(CSPMiddleware):
    """django-csp's, with areas. A view's own header, or what it added to its response, counts before the settings."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The library's hook."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None:
            parts.config = directives_of(request.path_info)
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Write both headers."""
        features = settings.PERMISSIONS_POLICY | getattr(response, "_permissions_update", {})
        response.setdefault("Permissions-Policy", ", ".join(f"{name}={who}" for name, who in features.items()))
        return super().process_response(request, response)
