"""How often one address may knock. The rates are settings, so a shop behind one office address can raise them."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class PerAddress(SimpleRateThrottle):
    """So many requests of one scope from one address (or one logged-in person) in a span."""

    scope = ""

    def get_rate(self) -> str | None:
        """The rate of the scope, such as 60/min; None switches it off."""
        return getattr(settings, "API_RATES", {}).get(self.scope) or None

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """What is counted: the person if logged in, else the address."""
        user = request.user
        who = f"u{user.pk}" if user and user.is_authenticated else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": who}


class Reads(PerAddress):
    """Reading what is not public: baskets, orders, payments, quotes."""

    scope = "reads"


class Writes(PerAddress):
    """Writing anything."""

    scope = "writes"


class Orders(PerAddress):
    """Placing orders and starting payments."""

    scope = "orders"


class Lookups(PerAddress):
    """Looking up by a token that somebody might guess."""

    scope = "lookups"


class Pictures(PerAddress):
    """Sending pictures: each costs us half a second of work."""

    scope = "pictures"
