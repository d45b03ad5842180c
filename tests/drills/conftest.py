"""A folder for a drill. Not pytest's own: that one may be tidied away by other runs before a long drill is over."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    """An empty folder for the drills of one file, removed at the end."""
    with TemporaryDirectory(prefix="mendwell-drill-") as folder:
        yield Path(folder)
