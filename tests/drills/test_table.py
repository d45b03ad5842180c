"""The table of guards fits the code, so that a drill of another day does not find it out of date."""

import pytest

from tests.drills.copies import ROOT
from tests.drills.guard import Guard
from tests.drills.guards import GUARDS


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_stands_where_the_table_says_and_its_tests_exist(guard: Guard) -> None:
    for file, old, new in guard.without:
        assert (ROOT / file).read_text().count(old) == 1, f"{file} does not have this once; mend guards.py:\n{old}"
        assert old != new
    for node in guard.red:
        file, *_, name = node.split("::")
        assert f"def {name}(" in (ROOT / file).read_text()
