"""Who speaks to us: a person with a session token of allauth, a browser with its session, or a guest with a basket."""

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import (
    XSessionTokenAuthentication,
)
from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from api.errors import ApiFault

MOST_TOKEN = 100


class SessionToken(XSessionTokenAuthentication):
    """allauth's X-Session-Token; a wrong one is refused instead of being taken for a guest."""

    def authenticate(self, request: Request) -> Any:
        """(user, session) or None without the header. Raises AuthenticationFailed for a token that is not good."""
        found = super().authenticate(request)  # type: ignore[arg-type]
        if found is None and request.headers.get("X-Session-Token"):
            raise AuthenticationFailed(_("The session token is not, or no longer, good."))
        return found

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing log-in 401 and says how to log in."""
        return 'X-Session-Token realm="api"'


PEOPLE = (SessionToken, SessionAuthentication)


def basket_token(request: Request) -> str:
    """The X-Basket-Token of the request. Raises ApiFault without one or with one that cannot be ours."""
    token = request.headers.get("X-Basket-Token", "").strip()
    if not token:
        raise ApiFault(
            "basket_token_needed",
            _("Send the X-Basket-Token that POST /api/v1/basket/ gave you."),
        )
    if len(token) > MOST_TOKEN or not token.isascii():
        raise ApiFault("not_found", _("We do not know this basket."))
    return token
