"""What is remembered of writing rows is what writing them does, and is left alone where it would be something else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from cms.models import Subject
from tests import remembered
from tests.api.content import make_pages
from tests.cms.editors import all_roles
from tests.factories import Shop, make_shop, subject

CHANGING = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.+]*Z?|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(_\w{7})?\.png"
)
LEFT_OUT = {"django_q_ormq": {"payload", "key", "lock"}}  # signed, with the moment inside


def rows() -> dict[str, list[tuple[str, ...]]]:
    """Every row of every table, but for moments, random keys and names of files."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")  # noqa: S608 - names of our own
            names = [column[0] for column in cursor.description]
            kept = [at for at, name in enumerate(names) if name not in LEFT_OUT.get(table, ())]
            found[table] = [tuple(CHANGING.sub("~", str(row[at])) for at in kept) for row in cursor.fetchall()]
    return found


def written(*makers: Callable[..., Any]) -> dict[str, list[tuple[str, ...]]]:
    """The rows after these functions, each given what the one before returned; taken back afterwards."""
    remembered.begin()
    with transaction.atomic():
        made: tuple[Any, ...] = ()
        for make in makers:
            result = make(*made)
            made = (result,) if isinstance(result, Shop) else made
        found = rows()
        transaction.set_rollback(True)
    return found


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each attempt to send remembered statements did what it did the first time."""
    said: list[bool] = []
    real = remembered._send
    monkeypatch.setattr(remembered, "_known", {})
    monkeypatch.setattr(remembered, "_send", lambda statements: said.append(real(statements)) or said[-1])
    return said


def test_what_is_remembered_is_what_is_written(db: None, sent: list[bool]) -> None:
    plainly = written(make_shop.__wrapped__, make_pages.__wrapped__)  # type: ignore[attr-defined]
    first, again = (written(make_shop, make_pages) for _ in range(2))
    assert sent == [True, True]
    assert len(plainly["cms_subject"]) == 5
    for table, expected in plainly.items():
        assert first[table] == again[table] == expected, table


def test_roles_are_remembered_too(db: None, sent: list[bool]) -> None:
    first, again = (written(all_roles)["auth_group_permissions"] for _ in range(2))
    assert sent == [True]
    assert first == again != []


def test_rows_that_are_there_already_make_it_write_anew(db: None, sent: list[bool]) -> None:
    def with_one_more() -> None:
        subject("family", "Tablets", "tablets")

    written(make_shop)
    expected = written(with_one_more, make_shop.__wrapped__)  # type: ignore[attr-defined]
    assert written(with_one_more, make_shop)["cms_subject"] == expected["cms_subject"]
    assert sent == [], "other changes came before: nothing is known for that"


def test_statements_that_would_do_something_else_are_taken_back(db: None, sent: list[bool]) -> None:
    written(make_shop)
    (known,) = remembered._known.values()
    subject("family", "Tablets", "tablets")
    before = rows()
    assert not remembered._send(known.statements)
    assert rows() == before


def test_a_caller_may_change_what_it_got(db: None, sent: list[bool]) -> None:
    with transaction.atomic():
        make_shop().iphone.name = "changed"
        transaction.set_rollback(True)
    remembered.begin()
    assert make_shop().iphone.name == "iPhone"
    assert sent == [True]
    assert Subject.objects.filter(name="iPhone").exists()
