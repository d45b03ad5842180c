"""Two workers, one queue of webhook calls."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from notifications.models import Delivery
from notifications.systems import deliveries, webhooks
from tests.factories import SHOP_TIME, make_shop
from tests.notifications.receiver import hook, receiving

EVENTS, WORKERS = 30, 4


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_each_event_is_called_once_though_four_workers_drain_at_once(settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    shop = make_shop()
    barrier, totals = Barrier(WORKERS), []
    with receiving() as other:
        hook(shop.site, other.url)
        for number in range(EVENTS):
            webhooks.post(kind="content.published", site_id=shop.site.pk, payload={"id": number}, at=SHOP_TIME)

        def work() -> None:
            try:
                barrier.wait()
                totals.append(deliveries.drain(at=SHOP_TIME))
            finally:
                connections.close_all()

        threads = [Thread(target=work) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(totals) == WORKERS, "no worker broke"
        assert sum(totals) == EVENTS
        assert len(other.events) == len(set(other.events)) == EVENTS
    assert set(Delivery.objects.values_list("status", "attempts")) == {("sent", 1)}
