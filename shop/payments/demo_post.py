"""The stand-in bank's post: signed webhooks, delivered by the worker to the same inbox as any provider's."""

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from shop.models import DemoCharge
from shop.payments import demo_bank, inbox

PROVIDER = "demo"


@task()
def send_outcome(charge_id: str) -> None:
    """Tell the shop what became of a charge; an open one has nothing to tell. The bytes are signed as a bank's are."""
    event = demo_bank.outcome(DemoCharge.objects.get(pk=charge_id))
    if event is not None:
        now = timezone.now()
        body, headers = demo_bank.signed(
            event, secret=settings.PAYMENT_PROVIDERS[PROVIDER]["OPTIONS"]["secret"], at=now
        )
        inbox.receive(provider=PROVIDER, body=body, headers=headers, at=now)
