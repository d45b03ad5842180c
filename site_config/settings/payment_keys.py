"""What is wrong with the keys and addresses of payment providers, as far as they show it by themselves.

Asked at start. What only the provider knows is asked by `manage.py check_provider`. No key is ever repeated in a text.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
STRIPE_KEY = re.compile(r"(?P<kind>sk|rk|pk)_(?P<mode>test|live)_.")
PAYPAL_LIVE = {"api-m.paypal.com", "api.paypal.com"}


def faults(providers: Mapping[str, Mapping[str, Any]], *, origin: str) -> list[str]:
    """One sentence for each thing that is wrong whatever the settings are for. `origin` is our own address."""
    found: list[str] = []
    for spec in providers.values():
        options = spec["OPTIONS"]
        if spec["BACKEND"].endswith(".stripe.Stripe"):
            found += [*_stripe(options), *_addresses("STRIPE", options, origin)]
        elif spec["BACKEND"].endswith(".paypal.PayPal"):
            names = ("client_id", "client_secret", "webhook_id")
            found += [f"PAYPAL_{name.upper()} is empty." for name in names if not str(options[name]).strip()]
            found += _addresses("PAYPAL", options, origin)
    return found


def live(providers: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The names of those whose keys or addresses move real money."""
    return [
        name
        for name, spec in providers.items()
        if _mode(spec["OPTIONS"].get("secret_key", "")) == "live"
        or (spec["BACKEND"].endswith(".paypal.PayPal") and _host(spec["OPTIONS"]["api_base"]) in PAYPAL_LIVE)
    ]


def refusal(providers: Mapping[str, Mapping[str, Any]]) -> str:
    """Why a demo, a developer's machine or a test run does not start on these; empty when it may."""
    names = live(providers)
    if not names:
        return ""
    return (
        f"{' and '.join(names)} would take real money here, and this is no production: use the provider's test keys"
        " (Stripe: sk_test_ and pk_test_; PayPal: PAYPAL_API_BASE=https://api-m.sandbox.paypal.com), or start with"
        " DJANGO_SETTINGS_MODULE=site_config.settings.production."
    )


def _stripe(options: Mapping[str, Any]) -> Iterator[str]:
    secret, publishable = str(options["secret_key"]).strip(), str(options["publishable_key"]).strip()
    for name, value, kinds in (
        ("STRIPE_SECRET_KEY", secret, ("sk", "rk")),
        ("STRIPE_PUBLISHABLE_KEY", publishable, ("pk",)),
    ):
        if not value:
            yield f"{name} is empty."
            continue
        key = STRIPE_KEY.match(value)
        if key is None:
            yield f"{name} is no key of Stripe's: it begins with {' or '.join(kinds)}_live_ (or _test_)."
        elif key["kind"] not in kinds:
            other = "publishable key, which everybody may read" if key["kind"] == "pk" else "secret key: never show it"
            yield f"{name} holds a {other}."
    modes = {mode for mode in (_mode(secret), _mode(publishable)) if mode}
    if len(modes) == 2:
        yield "STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY are of two modes: one is live, the other test."
    secrets = [str(one).strip() for one in options["webhook_secrets"]]
    if not secrets or not all(secrets):
        yield "STRIPE_WEBHOOK_SECRETS is empty: no word of Stripe's could be believed."
    elif not all(one.startswith("whsec_") for one in secrets):
        yield "STRIPE_WEBHOOK_SECRETS begin with whsec_: they stand beside the endpoint in Stripe's dashboard."


def _mode(key: str) -> str:
    found = STRIPE_KEY.match(str(key).strip())
    return found["mode"] if found else ""


def _addresses(prefix: str, options: Mapping[str, Any], origin: str) -> Iterator[str]:
    """Keys and answers travel enciphered, or not at all further than this machine."""
    for option in ("api_base", "script_url"):
        address = str(options.get(option, "https://"))
        ours = option == "script_url" and address.startswith(f"{origin}/")
        if not (address.startswith("https://") or _host(address) in LOOPBACK or ours):
            yield f"{prefix}_{option.upper()} must begin with https://."


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
