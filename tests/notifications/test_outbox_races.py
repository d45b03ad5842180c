"""Two workers, one outbox."""

from collections import Counter
from threading import Barrier, Lock, Thread
from typing import Any

import pytest
from django.db import connections

from notifications import tasks
from notifications.channels.base import Accepted, Outgoing
from notifications.models import Message
from tests.notifications.facts import AT, make_contact, post

ROWS, WORKERS = 60, 6


class Counting:
    """A channel that counts how often it was asked to send each message."""

    name = "counting"
    sent: Counter[str] = Counter()
    lock = Lock()

    def send(self, outgoing: Outgoing) -> Accepted:
        with self.lock:
            self.sent[outgoing.key] += 1
        return Accepted(self.name)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_six_workers_send_sixty_messages_once_each(settings: Any) -> None:
    Counting.sent = Counter()
    settings.CHANNELS = {"email": {"BACKEND": f"{__name__}.Counting", "OPTIONS": {}}}
    contact = make_contact(phone="")
    for number in range(ROWS):
        post(key=f"{number}", contact=contact)
    barrier, totals = Barrier(WORKERS), []

    def work() -> None:
        try:
            barrier.wait()
            totals.append(tasks.drain(at=AT))
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(totals) == WORKERS, "no worker broke"
    assert sum(totals) == ROWS
    assert len(Counting.sent) == ROWS
    assert set(Counting.sent.values()) == {1}
    assert set(Message.objects.values_list("status", "attempts")) == {(Message.Status.SENT, 1)}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_news_posted_by_twenty_at_once_is_one_message() -> None:
    contact = make_contact(phone="")
    barrier = Barrier(20)

    def tell() -> None:
        try:
            barrier.wait()
            post(contact=contact)
        finally:
            connections.close_all()

    threads = [Thread(target=tell) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Message.objects.count() == 1
