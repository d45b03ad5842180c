"""What one page of the checkout may do beyond the others."""

from typing import Any

from csp.utils import build_policy
from django.http import HttpResponse

from shop.checkout.page_policy import allow, ways_out

BANK = "https://js.bank.example"
SOURCES = {"script-src": [BANK], "frame-src": [BANK, "https://hooks.bank.example"], "form-action": [BANK]}


def policy(response: HttpResponse) -> dict[str, list[str]]:
    """The response's own policy, by directive."""
    said = build_policy(update=response._csp_update)  # type: ignore[attr-defined]
    return {name: sources for name, *sources in (part.split() for part in said.split("; "))}


def test_a_providers_sources_are_added_to_what_every_page_may_use():
    response = HttpResponse()
    allow(response, SOURCES)
    told = policy(response)
    assert told["script-src"] == ["'self'", BANK]
    assert told["frame-src"] == ["'self'", BANK, "https://hooks.bank.example"]
    assert told["form-action"] == ["'self'", BANK]
    assert told["object-src"] == ["'none'"]


def test_a_directive_that_no_page_has_yet_keeps_our_own_origin():
    response = HttpResponse()
    allow(response, {"worker-src": [BANK]})
    assert policy(response)["worker-src"] == ["'self'", BANK]


def test_what_was_allowed_before_stays_allowed():
    response = HttpResponse()
    allow(response, {"form-action": ["https://one.example"]})
    allow(response, {"form-action": ["https://two.example"]})
    assert policy(response)["form-action"] == ["'self'", "https://one.example", "https://two.example"]


def test_a_page_that_takes_the_payment_may_open_a_wallet_and_a_window():
    response = HttpResponse()
    allow(response, SOURCES)
    wallets = response._permissions_update["payment"]  # type: ignore[attr-defined]
    assert wallets == f'(self "{BANK}" "https://hooks.bank.example")'
    assert response["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"


def test_a_page_that_only_leads_to_the_provider_gets_no_wallet():
    response = HttpResponse()
    allow(response, {"script-src": [], "form-action": [BANK]})
    assert not hasattr(response, "_permissions_update")
    assert "Cross-Origin-Opener-Policy" not in response
    assert BANK not in policy(response)["script-src"]


def test_the_ways_out_are_where_the_providers_of_this_installation_lead(settings: Any):
    demo = settings.PAYMENT_PROVIDERS["demo"]
    options = {**demo["OPTIONS"], "origin": "https://bank.example"}
    settings.PAYMENT_PROVIDERS = {
        "demo": {**demo, "OPTIONS": options},
        "in_store": settings.PAYMENT_PROVIDERS["in_store"],
    }
    assert ways_out() == {"form-action": ["https://bank.example"]}
