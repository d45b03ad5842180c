"""What one page of the checkout may load beside our own, and where its forms may lead; every other page may not."""

from collections.abc import Mapping, Sequence
from typing import Any

from csp.constants import SELF
from django.conf import settings
from django.http import HttpResponse

from shop.payments import providers

TAKING = ("script-src", "frame-src")  # with one of these the payment is taken on the page itself


def allow(response: HttpResponse, sources: Mapping[str, Sequence[str]]) -> None:
    """Let this response alone use these origins, by directive of the Content-Security-Policy; beside what may be used
    everywhere, and what was allowed before.

    Give it a provider's `page_sources`. A page that takes the payment itself may also open a wallet, in its own name
    and in that of the provider's frames, and keeps hold of a window that the provider opens.
    """
    named = {directive: list(origins) for directive, origins in sources.items() if origins}
    before: dict[str, Any] = getattr(response, "_csp_update", None) or {}
    more = {directive: [*before.get(directive, ()), SELF, *origins] for directive, origins in named.items()}
    response._csp_update = before | more  # type: ignore[attr-defined]
    if not any(named.get(directive) for directive in TAKING):
        return
    frames = " ".join(["self", *(f'"{origin}"' for origin in named.get("frame-src", ()))])
    response._permissions_update = {"payment": f"({frames})"}  # type: ignore[attr-defined]
    response["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups"


def ways_out() -> dict[str, list[str]]:
    """For a page whose form may end at a provider: chromium asks `form-action` about the redirects after a form too."""
    found = [origin for name in settings.PAYMENT_PROVIDERS for origin in _of(name).get("form-action", ())]
    return {"form-action": list(dict.fromkeys(found))}


def _of(name: str) -> Mapping[str, Sequence[str]]:
    return providers.named(name).page_sources
