"""`python -m tests.standins`: the stand-ins on a port of their own, for a shop that is run by hand."""

import argparse
import signal
import threading

from tests.standins.server import STRIPE_SECRET, WEBHOOK_ID, StandIns

parser = argparse.ArgumentParser(prog="python -m tests.standins", description=__doc__)
parser.add_argument("--port", type=int, default=8765)
parser.add_argument("--webhook", default="", help="where webhooks go; {provider} becomes stripe or paypal")
parser.add_argument("--state", default="", help="a JSON file that keeps the books over a restart")
parser.add_argument("--origin", default="", help="the address under which browsers reach the stand-ins")
parser.add_argument("--stripe-secret", default=STRIPE_SECRET)
parser.add_argument("--paypal-webhook-id", default=WEBHOOK_ID)
given = parser.parse_args()
stop = threading.Event()
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: stop.set())
with StandIns(
    webhook=given.webhook,
    file=given.state,
    port=given.port,
    origin=given.origin,
    stripe_secret=given.stripe_secret,
    webhook_id=given.paypal_webhook_id,
) as standins:
    print(
        f"""Stand-ins at {standins.address}. For the shop:
PAYMENT_PROVIDERS=stripe,paypal,in_store
STRIPE_SECRET_KEY=sk_test_standin STRIPE_PUBLISHABLE_KEY=pk_test_standin STRIPE_WEBHOOK_SECRETS={given.stripe_secret}
STRIPE_API_BASE={standins.address} STRIPE_SCRIPT_URL={standins.address}/v3/
PAYPAL_CLIENT_ID=standin PAYPAL_CLIENT_SECRET=standin PAYPAL_WEBHOOK_ID={given.paypal_webhook_id}
PAYPAL_API_BASE={standins.address}""",
        flush=True,
    )
    stop.wait()
