"""What docs/frontend.md tells frontends is true: its requests are answered, its tables are complete."""

import json
import re
from typing import Any

import pytest
from django.conf import settings
from wagtail.contrib.redirects.models import Redirect

from api.v1.block_shapes import SHAPES
from cms.frontends.known import SERVED_HERE, is_sound
from cms.models import LandingPage
from tests.api.callers import Caller, fault
from tests.api.content import make_pages
from tests.factories import Shop

GUIDE = (settings.BASE_DIR / "docs" / "frontend.md").read_text()
HTTP = re.findall(r"```http\n(.*?)```", GUIDE, re.DOTALL)
REQUESTS = [line[4:] for block in HTTP for line in block.splitlines() if line.startswith("GET ")]
ROW = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.MULTILINE)
BLOCKS = dict(ROW.findall(GUIDE.split("## Blocks")[1].split("## ")[0]))


@pytest.fixture
def pages(shop: Shop) -> dict[str, Any]:
    return make_pages(shop)


def test_the_guide_has_requests() -> None:
    assert len(REQUESTS) >= 12


@pytest.mark.parametrize("address", [one for one in REQUESTS if "preview" not in one])
def test_a_request_of_the_guide_is_answered(caller: Caller, pages: dict[str, Any], address: str) -> None:
    Redirect.add_redirect("/old-prices", "/prices/")
    answer = caller.get(address)
    assert answer.status_code == 200, answer.content[:300]
    found = answer.json()
    assert found.get("total", 1) >= 1 or "subject" in address


def test_the_guides_look_at_a_draft_is_over(caller: Caller, pages: dict[str, Any]) -> None:
    fault(caller.get("/api/v1/preview/", X_Preview_Token="a-token-that-is-over"), 404, "preview_gone")


def test_every_block_that_editors_have_is_answered() -> None:
    assert set(LandingPage._meta.get_field("body").stream_block.child_blocks) == set(SHAPES)


def test_every_block_is_in_the_guide_with_its_members(caller: Caller, pages: dict[str, Any]) -> None:
    assert set(BLOCKS) == set(SHAPES)
    told = {name: set(re.findall(r"`(\w+)`", text)) for name, text in BLOCKS.items()}
    told["price_table"] |= told["services"]
    for block in caller.get("pages/?path=/screens/").json()["body"]:
        value = block["value"]
        items = value.get("items") or []
        inner = set(items[0]) if items else set(value.get("offer") or ())
        assert set(value) | inner <= told[block["type"]], block["type"]


def test_every_member_of_a_page_is_in_the_guide(caller: Caller, pages: dict[str, Any]) -> None:
    section = GUIDE.split("## A page in one call")[1].split("## ")[0]
    told = set(re.findall(r"`(\w+)`", section))
    for path in ("/", "/screens/", "/help/", "/contact/"):
        assert set(caller.get(f"pages/?path={path}").json()) <= told


def test_the_guides_frontends_are_sound() -> None:
    examples = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
    example = next(one for one in examples if "default" in one)
    for entry in example["default"]:
        assert all(is_sound(entry[key]) for key in ("PREVIEW_URL", "URL") if key in entry)
    assert all(f"`{path}`" in GUIDE for path in SERVED_HERE)
