"""docs/book-by-api.md works as it is written."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from notifications.models import Message
from repairs.models import Appointment
from shop.models import OrderVisit, Payment, SiteShop
from tests.factories import make_shop

DOCUMENT = Path(__file__).parents[2] / "docs" / "book-by-api.md"


def script() -> str:
    """The document's blocks of Python, in order, as one script."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("deposit", [False, True], ids=["all of it", "a deposit and the rest"])
def test_the_written_way_of_booking_by_api_books_and_pays(live_server: Any, deposit: bool) -> None:
    make_shop()
    SiteShop.objects.update(deposit_for="urgent" if deposit else "nobody")
    told = subprocess.run(  # noqa: S603 - our own document
        [sys.executable, "-I", "-c", script()],
        env={"BASE_URL": live_server.url, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "467.98  GBP" in told.stdout
    assert ("succeeded deposit" if deposit else "succeeded full") in told.stdout
    assert ("25 % are" in told.stdout) == deposit
    amounts = [str(row.amount) for row in Payment.objects.filter(state="succeeded")]
    assert amounts == (["117.00", "350.98"] if deposit else ["467.98"])
    assert "job.booked" in told.stdout
    visit = OrderVisit.objects.select_related("order", "appointment").get()
    assert visit.order.status == "paid"
    assert visit.appointment.state == Appointment.State.CONFIRMED
    assert Message.objects.filter(kind="order.placed").exists()
