"""The lines that devices had become rows, and lines again for who goes back.

A drill: taking the schema back through every later migration costs more than a minute, and what is released stays.
"""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = [("cms", "0003_editors")], [("cms", "0004_common_issues")]


def moved(target: list[tuple[str, str]]) -> Any:
    """The models as they are after migrating there."""
    executor = MigrationExecutor(connection)
    executor.migrate(target)
    return MigrationExecutor(connection).loader.project_state(target).apps


@pytest.mark.drill
@pytest.mark.parametrize("database", ["here", pytest.param("postgres", marks=pytest.mark.postgres)])
@pytest.mark.django_db(transaction=True)
def test_each_line_of_a_device_becomes_a_live_complaint_and_comes_back(database: str) -> None:
    apps = moved(BEFORE)
    long = "It " + "very " * 40 + "often stops"
    lines = f"The glass is cracked\r\n\n  It got wet \nThe glass is cracked\n{long}"
    apps.get_model("cms", "Subject").objects.create(kind="family", name="F", slug="f", common_issues=lines)
    apps = moved(AFTER)
    rows = apps.get_model("cms", "CommonIssue").objects.order_by("sort_order")
    assert [row.phrase for row in rows] == ["The glass is cracked", "It got wet", long[:120]]
    assert {(row.live, row.locale.language_code, row.subject.slug) for row in rows} == {(True, "en-gb", "f")}
    assert all(row.first_published_at and row.last_published_at for row in rows)
    assert [row.advice for row in rows] == ["", "", long], "no word is lost"
    apps = moved(BEFORE)
    kept = apps.get_model("cms", "Subject").objects.get().common_issues
    assert kept.splitlines() == ["The glass is cracked", "It got wet", long]
