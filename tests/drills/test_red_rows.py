"""What a drill keeps of a run counts for the very source that it ran on."""

from pathlib import Path

import pytest

from tests.drills import red_rows
from tests.drills.guard import row
from tests.drills.red_rows import RedRows

GUARD = row("Nobody pays twice", "till.py", "if paid:", "if False:", "test_till", "test_nobody_pays_twice")


@pytest.mark.parametrize("touched", ["till.py", "tests/test_till.py"])
def test_a_row_that_was_kept_counts_until_one_of_its_files_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, touched: str
) -> None:
    (tmp_path / "tests").mkdir()
    for file in ("till.py", "tests/test_till.py"):
        (tmp_path / file).write_text("if paid:")
    monkeypatch.setattr(red_rows, "ROOT", tmp_path)
    RedRows(tmp_path / "kept").add(GUARD, "sqlite", "paid twice")
    kept = RedRows(tmp_path / "kept")
    assert kept.of(GUARD) == {"sqlite": "paid twice"}
    assert not kept.has(GUARD, "postgres")
    (tmp_path / touched).write_text("if paid: # and more")
    assert not RedRows(tmp_path / "kept").has(GUARD, "sqlite")
