"""Stripe and PayPal for the demo, as stand-ins of the test kit: `make demo PAYMENTS=standin`.

The product knows of them only what it would know of the providers: addresses and keys, all in the environment. Their
pages are opened by the customer's browser: where the demo is shown through another host, that host must lead to their
port as well, and STANDINS_ORIGIN says under which address.
"""

import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from site_config.demo import port, serving

MARK = "DEMO_STANDINS_PORT"  # set once the settings have been told of them
TRIED = 50  # ports after the demo's own
READY_SECONDS = 20
CARDS = (
    ("4242 4242 4242 4242", "is paid"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 9995", "has not enough money on it"),
    ("4000 0025 0000 3155", "asks the bank first (3-D Secure): approve, fail or walk away"),
)


class NotKnown(Exception):
    """PAYMENTS names something that the demo does not have."""

    code = "payments_not_known"


class NotStarted(Exception):
    """The stand-ins did not answer."""

    code = "standins_not_started"


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether PAYMENTS asks for the stand-ins; without it money is the demo bank's. Raises NotKnown."""
    named = environment.get("PAYMENTS", "")
    if named not in {"", "demo", "standin"}:
        raise NotKnown(f"PAYMENTS is {named!r}; it may be standin, or be left out.")
    return named == "standin"


def surroundings(*, host: str, demo_port: int, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which the shop takes the stand-ins for Stripe and PayPal. Raises port.PortTaken."""
    number = free_port(demo_port, host=host, wish=environment.get("STANDINS_PORT", ""))
    base = f"http://127.0.0.1:{number}"
    shown = (environment.get("STANDINS_ORIGIN") or base).rstrip("/")
    return {
        **environment,
        MARK: str(number),
        "STANDINS_ORIGIN": shown,
        "PAYMENT_PROVIDERS": "stripe,paypal,in_store,demo",  # what the demo's own days were paid by stays known
        "STRIPE_SECRET_KEY": "sk_test_standin",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_standin",
        "STRIPE_WEBHOOK_SECRETS": "whsec_stand_in",
        "STRIPE_ACCOUNT": "",
        "STRIPE_API_BASE": base,
        "STRIPE_SCRIPT_URL": f"{shown}/v3/",
        "PAYPAL_CLIENT_ID": "standin",
        "PAYPAL_CLIENT_SECRET": "standin",
        "PAYPAL_WEBHOOK_ID": "4JH86294D6297924G",
        "PAYPAL_API_BASE": base,
    }


def free_port(demo_port: int, *, host: str, wish: str = "") -> int:
    """The port that is wished for, else the first free one after the demo's. Raises port.PortTaken."""
    if wish:
        port.reserve("127.0.0.1", int(wish)).close()
        return int(wish)
    after = range(demo_port + 1, min(demo_port + 1 + TRIED, 65536))
    for number in (*after, *range(demo_port - 1, max(demo_port - TRIED, 1024), -1)):
        try:
            port.reserve("127.0.0.1", number).close()
        except port.PortTaken:
            continue
        return number
    raise port.PortTaken(f"No port near {demo_port} is free for the stand-ins. Name one: STANDINS_PORT=9000")


def child(*, environment: Mapping[str, str], root: Path, var: Path, demo_host: str, demo_port: int) -> serving.Child:
    """The stand-ins as a process of their own: their books lie in `var`, their webhooks come to the demo."""
    host = "127.0.0.1" if demo_host in {"0.0.0.0", "::", "localhost"} else demo_host  # noqa: S104 - compared, not bound
    shop = f"[{host}]" if ":" in host else host
    command = [sys.executable, "-m", "tests.standins", "--port", environment[MARK]]
    command += ["--webhook", f"http://{shop}:{demo_port}/payments/{{provider}}/webhook/"]
    command += ["--state", str((var / "standins.json").resolve()), "--origin", environment["STANDINS_ORIGIN"]]
    words = "The stand-ins for Stripe and PayPal ended"
    return serving.Child(command, log=var / "standins.log", folder=root, ended=words)


def wait_for(number: int, *, log: Path) -> None:
    """Come back when they answer. Raises NotStarted."""
    latest = time.monotonic() + READY_SECONDS
    while time.monotonic() < latest:
        with socket.socket() as one:
            one.settimeout(1)
            if one.connect_ex(("127.0.0.1", number)) == 0:
                return
        time.sleep(0.1)
    raise NotStarted(f"The stand-ins for Stripe and PayPal do not answer; see {log}.")


def welcome(environment: Mapping[str, str]) -> list[str]:
    """What is said of them at every start."""
    origin = environment["STANDINS_ORIGIN"]
    lines = [f"Stripe and PayPal are stand-ins. Their dashboard: {origin}/_control/", "", "Cards that do something:"]
    return [*lines, *(f"  {card}  {what}" for card, what in CARDS), ""]
