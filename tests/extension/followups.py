"""The house's table with one more function behind an event."""

from typing import Any

from site_config import followups

SIGNED: list[str] = []


def sign_guestbook(*, job: Any, **facts: Any) -> None:
    SIGNED.append(job.reference)


AFTER = {
    **followups.AFTER,
    "job.collected": (*followups.AFTER["job.collected"], "tests.extension.followups.sign_guestbook"),
}
