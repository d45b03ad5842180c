"""A real worker: while it is stopped messages wait, and once it runs each is sent once, even if it is killed."""

import os
import signal
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ, Success

from notifications import outbox
from notifications.models import Message
from tests.drills.notebook import lines, noted
from tests.drills.processes import Running, database_url, environment, running, until
from tests.factories import make_site, make_user
from tests.notifications.facts import make_contact, post

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
PATIENCE = 60
NEWS = 6
Status = Message.Status


@dataclass
class Desk:
    """What one drill works with: the notebook, the file that stops a call, and a way to start the worker."""

    folder: Path

    @property
    def notebook(self) -> Path:
        return self.folder / "notebook.txt"

    @property
    def stop(self) -> Path:
        return self.folder / "stop"

    def worker(self) -> AbstractContextManager[Running]:
        given = environment(
            DATABASE_URL=database_url(),
            DJANGO_SETTINGS_MODULE="tests.drills.settings",
            DRILL_NOTEBOOK=str(self.notebook),
            DRILL_STOP=str(self.stop),
        )
        return running("qcluster", log=self.folder / "worker.log", given=given)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    make_site()
    return Desk(tmp_path)


def post_news(**details: Any) -> int:
    """Post so many pieces of news in one transaction; how many messages that makes."""
    contact = make_contact(**details)
    with transaction.atomic():
        for number in range(NEWS):
            post(key=f"job:{number}:ready", contact=contact, at=timezone.now())
    return Message.objects.count()


def inbox() -> tuple[int, int]:
    """What the demo's inbox says: how many are queued, how many are shown."""
    page = Client().get("/demo/inbox/")
    return page.context["queued"], page.context["page"].paginator.count


def keys() -> Counter[str]:
    return Counter(f"message-{pk}" for pk in Message.objects.values_list("pk", flat=True))


def test_messages_wait_for_the_worker_and_then_each_is_sent_once(desk: Desk) -> None:
    count = post_news()
    assert count == 2 * NEWS
    assert inbox() == (count, 0)
    with desk.worker() as worker:
        until(lambda: inbox() == (0, count), PATIENCE, "every message is in the inbox")
        until(lambda: Success.objects.filter(func=outbox.DRAIN).exists(), PATIENCE, "django-q lists the job")
        worker.end(signal.SIGTERM)
        assert worker.alive() == []
    assert noted(desk.notebook) == keys()
    assert set(Message.objects.values_list("status", "attempts")) == {(Status.SENT, 1)}
    assert not OrmQ.objects.exists()
    staff = Client()
    staff.force_login(make_user(is_staff=True, is_superuser=True))
    assert outbox.DRAIN in staff.get("/django-admin/django_q/success/").content.decode()


@pytest.mark.parametrize("killed", ["the whole worker", "the process that sends"])
def test_a_worker_killed_while_sending_loses_nothing_and_doubles_one_at_most(desk: Desk, killed: str) -> None:
    count = post_news(phone="")
    desk.stop.touch()
    with desk.worker() as worker:
        until(lambda: lines(desk.notebook), PATIENCE, "a message is being sent")
        [(key, pid)] = [line.split() for line in lines(desk.notebook)]
        if killed == "the whole worker":
            worker.end_group(signal.SIGKILL)
        else:
            os.kill(int(pid), signal.SIGKILL)
        desk.stop.unlink()
        assert Message.objects.filter(status=Status.SENDING).count() == count, "the claim outlives the worker"
        let_time_pass()
        if killed == "the whole worker":
            with desk.worker():
                until(lambda: not outbox.queued(), PATIENCE, "the new worker has sent the rest")
        else:
            until(lambda: not outbox.queued(), PATIENCE, "the worker's next process has sent the rest")
    assert noted(desk.notebook) == keys() + Counter([key])
    assert set(Message.objects.values_list("status", flat=True)) == {Status.SENT}
    doubled = Message.objects.get(attempts=2)
    assert (f"message-{doubled.pk}", doubled.error) == (key, outbox.SECOND)


def let_time_pass() -> None:
    """The three minutes of a claim and the 90 seconds of the queue, without waiting for them."""
    long_ago = timezone.now() - timedelta(hours=1)
    Message.objects.filter(status=Status.SENDING).update(claimed_until=long_ago)
    OrmQ.objects.update(lock=long_ago)
