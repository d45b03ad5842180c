"""A pytest plugin of the drill: a changed migration runs once more on the database of the run.

A database is a copy of a template that the unchanged migrations made; making one anew takes minutes on a busy machine.
So what a guard in a migration names must be one function that may run twice, `guard(apps, schema_editor)`, and its
tests must be such that roll back.
"""

import os
import runpy
from pathlib import Path

import pytest


def pytest_sessionstart(session: pytest.Session) -> None:
    """Put the changed guards up where a run first gets its database."""
    from tests import databases  # noqa: PLC0415 - needs configured settings

    point_at, guard = databases.point_at, runpy.run_path(os.environ["DRILL_AGAIN"])["guard"]

    def once_more(name: str) -> None:
        point_at(name)
        if "clone" in Path(name).name:
            with databases.connection.schema_editor() as editor:
                guard(None, editor)

    databases.point_at = once_more
