"""docs/book-by-api.md works as it is written."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from notifications.models import Message
from repairs.models import Appointment
from shop.models import OrderVisit
from tests.factories import make_shop

DOCUMENT = Path(__file__).parents[2] / "docs" / "book-by-api.md"


def script() -> str:
    """The document's blocks of Python, in order, as one script."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL))


def test_the_written_way_of_booking_by_api_books_and_pays(live_server: Any) -> None:
    make_shop()
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
    assert "succeeded paid" in told.stdout
    assert "job.booked" in told.stdout
    visit = OrderVisit.objects.select_related("order", "appointment").get()
    assert visit.order.status == "paid"
    assert visit.appointment.state == Appointment.State.CONFIRMED
    assert Message.objects.filter(kind="order.placed").exists()
