"""The table of features tells the truth as far as a machine can see: what it names exists, and no row is missing."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation

ROOT = settings.BASE_DIR
TABLE = ROOT / "docs" / "features.md"
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|(.*)\|$")
STATES = ("Yes", "Partly", "Not yet")
CONTENT = ("about", "contact", "terms", "privacy")  # pages that editors made: the demo's words have them


@cache
def rows() -> dict[int, tuple[str, str, tuple[str, ...]]]:
    """Number: what, state, everything that is named in the last column."""
    found = (match for line in TABLE.read_text(encoding="utf-8").splitlines() if (match := ROW.match(line)))
    return {int(m[1]): (m[2], m[3].strip(), tuple(re.findall(r"`([^`]+)`", m[4]))) for m in found}


def named() -> Iterator[str]:
    return iter(sorted({name for _what, _state, names in rows().values() for name in names}))


def test_every_row_is_there_once_and_says_how_far_it_is() -> None:
    assert sorted(rows()) == list(range(1, 138))
    for number, (what, state, names) in rows().items():
        assert state.startswith(STATES), (number, what)
        assert names or state.startswith("Not yet"), (number, what, "names nothing to look at")


@pytest.mark.parametrize("name", [name for name in named() if not name.startswith("/")])
def test_what_a_row_names_exists(name: str) -> None:
    path, _, function = name.partition("::")
    assert (ROOT / path).is_file(), name
    if function:
        assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8"), name


@pytest.mark.parametrize("name", [name for name in named() if name.startswith("/")])
def test_an_address_that_a_row_names_is_ours(name: str) -> None:
    if name.strip("/") in CONTENT:
        packs = [ROOT / "fixtures" / "packs" / "electronics-london" / f"{pack}.json" for pack in ("words", "forms")]
        words = "".join(pack.read_text(encoding="utf-8") for pack in packs)
        assert f'"{name.strip("/")}"' in words
        return
    language = next((code for code, _words in settings.LANGUAGES if name.startswith(f"/{code}/")), "en-gb")
    try:
        with translation.override(language):  # an address with a language in front is only known in that language
            found = resolve(name)
    except Resolver404:
        pytest.fail(f"{name} leads nowhere")
    # Wagtail's page finder takes any address; only the root is a page for certain.
    assert found.url_name != "wagtail_serve" or name == "/", name
