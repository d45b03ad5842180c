"""The operator's guide to payments tells the truth as far as a machine can see."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings

from shop.payments import paypal_check, stripe_check

ROOT = settings.BASE_DIR
GUIDE = (ROOT / "docs" / "payments.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+[bc]?) \|(.*)\|$", re.MULTILINE)
CASES = {*map(str, range(21, 36)), "35b", "35c"} - {"29", "30"}  # those two are about text messages
ENV = re.compile(r"`((?:STRIPE|PAYPAL|DEMO_PAYMENT|PAYMENT|ALLOW)_[A-Z_]+)`")


def rows() -> Iterator[tuple[str, list[str]]]:
    return ((found[1], [cell.strip() for cell in found[2].split("|")]) for found in ROW.finditer(GUIDE))


def lines() -> list[str]:
    told = GUIDE.partition("## When something looks odd")[2].partition("## Refunds")[0]
    return sorted({line for row in told.splitlines() if row.startswith("| ") for line in re.findall(r'"([^"]+)"', row)})


def test_every_case_has_its_rule_its_tests_and_its_line() -> None:
    assert {number for number, _cells in rows()} == CASES
    for number, cells in rows():
        assert len(cells) == 4 and all(cells), number
        assert cells[3] == "none" or cells[3].startswith('"'), number


@pytest.mark.parametrize("name", sorted({name for _, cells in rows() for name in re.findall(r"`([^`]+)`", cells[2])}))
def test_a_test_that_the_guide_names_exists(name: str) -> None:
    path, _, function = name.partition("::")
    assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8"), name


@pytest.mark.parametrize("line", lines())
def test_a_line_for_staff_is_one_that_the_code_writes(line: str) -> None:
    if line == "came, belongs to nothing yet":
        return  # an account of the books, in decision 25
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "shop" / "payments").glob("*.py"))
    assert line in code


@pytest.mark.parametrize(
    ("provider", "events"), [("stripe", stripe_check.EVENTS), ("paypal", paypal_check.EVENTS)], ids=["stripe", "paypal"]
)
def test_the_events_to_tick_are_all_that_we_understand(provider: str, events: set[str]) -> None:
    told = GUIDE.partition(f"<!-- {provider} events -->")[2].partition("<!-- end -->")[0]
    assert set(re.findall(r"`([^`]+)`", told)) == set(events)


def test_every_variable_of_payments_is_in_the_guide_and_in_the_example_file() -> None:
    source = (ROOT / "site_config" / "settings" / "providers.py").read_text(encoding="utf-8")
    read = set(re.findall(r'"((?:STRIPE|PAYPAL|DEMO_PAYMENT|PAYMENT)_[A-Z_]+)"', source)) - {"PAYMENT_PROVIDERS"}
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert read - set(ENV.findall(GUIDE)) == set()
    assert [name for name in read | {"PAYMENT_PROVIDERS"} if f"{name}=" not in example] == []
