"""One order, two providers in this process and a clock of our own: where random stories of money are played.

The real adapters speak to the stand-ins without a socket: what `requests` would send is handed over directly.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import requests
from django.test import override_settings
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from notifications import task_backend
from shop.models import OrderVisit
from shop.payments import inbox, nightly, reconciling, release, sweep
from shop.payments.base import Refused, Unavailable
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order
from tests.standins.server import STRIPE_SECRET, WEBHOOK_ID, StandIns
from tests.standins.wire import Request

ORIGIN = "http://standins.test"
OURS = "shop.payments.tasks."
Letter = tuple[str, dict[str, Any]]


def no_waiting(seconds: float) -> None:
    """Patience without the clock."""


PROVIDERS = {
    "stripe": {
        "BACKEND": "shop.payments.stripe.Stripe",
        "OPTIONS": {
            "secret_key": "sk_test_standin",
            "publishable_key": "pk_test_standin",
            "webhook_secrets": [STRIPE_SECRET],
            "api_base": ORIGIN,
            "sleep": no_waiting,
        },
    },
    "paypal": {
        "BACKEND": "shop.payments.paypal.PayPal",
        "OPTIONS": {
            "client_id": "standin",
            "client_secret": "standin",
            "webhook_id": WEBHOOK_ID,
            "api_base": ORIGIN,
            "sleep": no_waiting,
        },
    },
    "in_store": {"BACKEND": "shop.payments.in_store.InStore", "OPTIONS": {}},
}


class World:
    """A story's place: `order`, the providers' books, what is on its way to us, and the time `at`."""

    def __init__(self, seed: int, shop: Any) -> None:
        self.seed, self.shop = seed, shop
        self.rng, self.at = Random(seed), SHOP_TIME
        self.standins = StandIns()
        self.seen: set[str] = set()
        self.bag: list[Letter] = []  # messages that were sent and have not come yet
        self.in_store = False  # whether it was agreed once that the order is paid in the shop
        self.told: list[str] = []  # the story so far, for whoever reads a failure
        total = self.rng.choice(("467.98", "100.00", "59.99", "1250.00"))
        self.order = make_order(shop, total=total, pay_by=self.rng.choice(("stripe", "paypal")))
        if self.rng.random() < 0.3:
            terms = {"due_now": Decimal(total) / 4, "capture": self.rng.choice(("now", "later"))}
            terms["due_now"] = terms["due_now"].quantize(Decimal("0.01"))
            OrderVisit.objects.filter(pk=self.order.pk).update(**terms)
        self.refresh()

    def refresh(self) -> Any:
        """The order as the database has it now."""
        self.order = type(self.order).objects.select_related("visit__appointment", "visit__site").get(pk=self.order.pk)
        return self.order

    def tell(self, line: str) -> None:
        self.told.append(f"{self.at:%d %H:%M} {line}")

    def one_of(self, rows: Any) -> Any:
        """Any of some rows, None where there are none."""
        found = list(rows)
        return self.rng.choice(found) if found else None

    # --- time and post ---

    def pass_time(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    def collect(self) -> None:
        """Put what the providers have told since into the bag: some of it twice, some of it lost for good."""
        for provider, word in (("stripe", "type"), ("paypal", "event_type")):
            for event in self.standins.events(provider):
                if event["id"] in self.seen:
                    continue
                self.seen.add(event["id"])
                luck = self.rng.random()
                if luck < 0.15:
                    self.tell(f"lost on its way: {event[word]}")
                    continue
                self.bag += [(provider, event)] * (2 if luck > 0.85 else 1)

    def deliver(self) -> None:
        """Bring any one message of the bag, as its provider signs it."""
        self.collect()
        if not self.bag:
            return
        provider, event = letter = self.bag.pop(self.rng.randrange(len(self.bag)))
        self.tell(f"webhook {event.get('type') or event.get('event_type')}")
        body, headers = self.standins.post.letter(provider, event, at=self.at.timestamp())
        try:
            inbox.receive(provider=provider, body=body, headers=headers, at=self.at)
        except Unavailable:
            self.bag.append(letter)

    def work(self) -> bool:
        """The worker does any one task of money; one that fails is lost. Says whether there was any."""
        waiting = OrmQ.objects.order_by("pk")
        tasks = [(row, SignedPackage.loads(row.payload)["args"]) for row in waiting]
        ours = [(row, args) for row, args in tasks if args and str(args[0]).startswith(OURS)]
        OrmQ.objects.exclude(pk__in=[row.pk for row, _args in ours]).delete()
        if not ours:
            return False
        row, args = self.rng.choice(ours)
        row.delete()
        self.tell(f"task {args[0].removeprefix(OURS)} {args[1]}")
        if args[0] == f"{OURS}let_go" and self.rng.random() < 0.3:
            self.tell("  the worker was killed before it began")
            return True
        try:
            task_backend.run(*args)
        except (Unavailable, Refused) as error:
            self.tell(f"  it failed: {error}")
        return True

    def sweep(self) -> int:
        """What the clock sets going. Says how much of it there was."""
        self.tell("sweep")
        released = release.release(self.order.pk, at=self.at)
        return released + sweep.run(self.at)

    def come_to_rest(self) -> None:
        """Nobody does anything more: what is on its way arrives, and the sweep has its rounds."""
        for round_ in range(9):
            self.collect()
            while self.bag:
                self.deliver()
            while self.work():
                self.collect()
            self.pass_time(11)
            if not self.sweep() and round_ > 1 and not self.bag:
                break
        self.refresh()

    def night(self) -> None:
        """What nobody told us is asked for: open payments one by one, then the providers' books of all the days."""
        self.tell("night")
        whats: tuple[nightly.What, ...] = ("payments", "refunds")
        for what in whats:
            nightly.look_up_page(what, 0, at=self.at)
        days = (self.at.date() - SHOP_TIME.date()).days
        for provider in ("stripe", "paypal"):
            for day in range(days + 1):
                date = SHOP_TIME.date() + timedelta(days=day)
                reconciling.compare(provider=provider, date=date, at=self.at)


@contextmanager
def no_sockets() -> Iterator[list[StandIns]]:
    """While this lasts, calls to ORIGIN are answered by the stand-ins that lie in the list."""
    there: list[StandIns] = []

    def send(adapter: Any, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        assert f"{parts.scheme}://{parts.netloc}" == ORIGIN, f"A call to {request.url}"
        body = request.body or b""
        found = there[-1].serve(
            Request(
                method=str(request.method),
                path=parts.path,
                query=parse_qsl(parts.query, keep_blank_values=True),
                headers={name.lower(): _text(value) for name, value in request.headers.items()},
                body=body.encode() if isinstance(body, str) else bytes(body),
                origin=ORIGIN,
            )
        )
        if found.broken:
            raise requests.ConnectionError("The connection broke.")
        answer = requests.Response()
        answer.status_code, answer._content, answer.request = found.status, found.body, request
        answer.url = str(request.url)
        answer.headers.update({"Content-Type": found.kind, **found.headers})
        return answer

    with (
        patch("requests.adapters.HTTPAdapter.send", send),
        patch("tests.standins.server.contracts.faults", lambda provider, request: []),
        override_settings(PAYMENT_PROVIDERS=PROVIDERS),
    ):
        yield there


@contextmanager
def clock_of(world: World) -> Iterator[None]:
    """Everybody reads the story's clock: the worker's tasks, rows that note their time, the providers."""

    def now() -> datetime:
        return world.at

    with (
        patch("django.utils.timezone.now", now),
        patch("tests.standins.stripe_api.now", lambda: int(world.at.timestamp())),
        patch("tests.standins.paypal_api.clock", lambda: f"{world.at:%Y-%m-%dT%H:%M:%SZ}"),
    ):
        yield


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
