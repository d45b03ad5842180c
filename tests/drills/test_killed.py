"""The web server and the worker are killed in the middle of paying and giving back: no cent is lost or doubled.

Real processes: the shop on a loopback port, its worker, and the stand-ins over HTTP. After each kill both start again,
what was promised by the providers arrives, and the clock's sweeps run as they would some minutes later.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pytest
import requests
from django.utils import timezone
from django_q.models import OrmQ

from shop.models import Payment, PaymentEvent, Refund
from shop.payments import refunds, starting, sweep
from tests.drills.money_truths import untrue
from tests.drills.processes import Running, database_url, environment, running, until
from tests.drills.test_demo import free_port
from tests.shop.payments.factories import make_order
from tests.standins.server import STRIPE_SECRET, WEBHOOK_ID, StandIns

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
POINTS = 30
PATIENCE = 90
STEPS = 24  # three payments and their refunds take at least so many and some more
WAYS = ("stripe", "paypal", "stripe")
OPEN = ("created", "pending", "authorised")


class Shop:
    """The shop's processes around this test's own database."""

    def __init__(self, folder: Path, standins: StandIns, port: int) -> None:
        self.folder, self.port, self.starts = folder, port, 0
        self.given = {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "site_config.settings.test",
            "DEMO_PORT": str(port),
            "PAYMENT_PROVIDERS": "stripe,paypal,in_store",
            "STRIPE_SECRET_KEY": "sk_test_standin",
            "STRIPE_PUBLISHABLE_KEY": "pk_test_standin",
            "STRIPE_WEBHOOK_SECRETS": STRIPE_SECRET,
            "STRIPE_API_BASE": standins.address,
            "PAYPAL_CLIENT_ID": "standin",
            "PAYPAL_CLIENT_SECRET": "standin",
            "PAYPAL_WEBHOOK_ID": WEBHOOK_ID,
            "PAYPAL_API_BASE": standins.address,
        }

    @contextmanager
    def up(self) -> Iterator[tuple[Running, Running]]:
        """Web and worker, answering."""
        self.starts += 1
        with ExitStack() as stack:
            web, worker = (
                stack.enter_context(
                    running(*words, log=self.folder / f"{words[0]}-{self.starts}.log", given=environment(**self.given))
                )
                for words in (("runserver", "--noreload", "--skip-checks", f"127.0.0.1:{self.port}"), ("qcluster",))
            )
            until(self.answers, PATIENCE, f"the shop answers\n{web.log.read_text()}")
            yield web, worker

    def answers(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"http://127.0.0.1:{self.port}/api/v1/site/", timeout=2).status_code < 500
        return False


def steps(standins: StandIns) -> int:
    """How far it went: what the providers were asked, what they told of, and what of it was taken."""
    told = standins.events("stripe") + standins.events("paypal")
    return len(standins.calls) + len(told) + len(standins.post.answers)


def pay(standins: StandIns, payment: Payment) -> None:
    """What the customer does at the provider."""
    if payment.provider == "stripe":
        standins.do("stripe/pay", payment=payment.provider_id)
    else:
        standins.do("paypal/approve", order=payment.provider_id)


def let_time_pass() -> None:
    """The minutes of every wait, without waiting for them; then the sweep that would come."""
    long_ago = timezone.now() - timedelta(hours=1)
    OrmQ.objects.update(lock=long_ago)
    PaymentEvent.objects.filter(state="received").update(received_at=long_ago)
    Payment.objects.filter(state__in=OPEN).update(changed_at=long_ago)
    Refund.objects.filter(state="asked").update(changed_at=long_ago)
    sweep.run(timezone.now())


def at_rest() -> bool:
    """Nothing is on its way any more."""
    waits = PaymentEvent.objects.filter(state="received").exists() or Payment.objects.filter(state__in=OPEN).exists()
    return not waits and not Refund.objects.filter(state__in=("asked", "sent")).exists()


def come_to_rest() -> bool:
    let_time_pass()
    time.sleep(1)  # the worker works; nothing depends on how long
    return at_rest()


@pytest.mark.parametrize("seed", range(POINTS))
def test_killed_anywhere_between_paying_and_giving_back_the_books_agree(
    shop: Any, tmp_path: Path, settings: Any, seed: int
) -> None:
    rng, port = Random(seed), free_port()
    with StandIns(webhook=f"http://127.0.0.1:{port}/payments/{{provider}}/webhook/") as standins:
        place = Shop(tmp_path, standins, port)
        settings.PAYMENT_PROVIDERS = _providers(standins)
        now = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0)
        orders = [make_order(shop, pay_by=way, at=now, visit_in=timedelta(hours=26 + n)) for n, way in enumerate(WAYS)]
        with place.up() as processes:
            payments = [_start(order) for order in orders]
            begun, point = steps(standins), rng.randrange(STEPS)
            deeds = Thread(target=_deeds, args=(standins, payments), daemon=True)
            deeds.start()
            until(lambda: steps(standins) - begun >= point, PATIENCE, f"step {point} of paying and giving back")
            time.sleep(rng.uniform(0.0, 0.2))  # somewhere between this step and the next ones
            for process in processes if rng.random() < 0.5 else (rng.choice(processes),):
                process.end_group(signal.SIGKILL)
            assert not at_rest(), f"All was done before the kill at step {point}."
            deeds.join(PATIENCE)
        with place.up():
            until(come_to_rest, PATIENCE, "all money is at rest")
        assert untrue(standins.books.tables) == []


def _start(order: Any) -> Payment:
    return starting.start(order=order, at=timezone.now(), return_url="http://testserver/back/").payment


def _deeds(standins: StandIns, payments: list[Payment]) -> None:
    """Customers pay one after the other; staff give a part back as soon as there is something."""
    for payment in payments:
        pay(standins, payment)
        for _try in range(20):
            payment.refresh_from_db()
            if payment.captured:
                refunds.ask(
                    payment=payment, amount=Decimal("10.00"), reason=Refund.Reason.GOODWILL, by=None, at=timezone.now()
                )
                break
            time.sleep(0.1)


def _providers(standins: StandIns) -> dict[str, Any]:
    stripe = {
        "secret_key": "sk_test_standin",
        "publishable_key": "pk_test_standin",
        "webhook_secrets": [STRIPE_SECRET],
        "api_base": standins.address,
    }
    paypal = {
        "client_id": "standin",
        "client_secret": "standin",
        "webhook_id": WEBHOOK_ID,
        "api_base": standins.address,
    }
    return {
        "stripe": {"BACKEND": "shop.payments.stripe.Stripe", "OPTIONS": stripe},
        "paypal": {"BACKEND": "shop.payments.paypal.PayPal", "OPTIONS": paypal},
        "in_store": {"BACKEND": "shop.payments.in_store.InStore", "OPTIONS": {}},
    }
