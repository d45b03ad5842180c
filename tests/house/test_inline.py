"""No page of ours runs or looks by what stands inside it: our Content-Security-Policy would refuse it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("templates", "static", "api", "catalogue_import", "cms", "notifications", "repairs", "shop", "site_config")
# Where it must be so.
ALLOWED = {
    "templates/notifications/base.html": "a mail brings its styles; pages that show one allow them",
    "templates/wagtailadmin/base.html": "Wagtail's admin has styles inside its pages anyway",
}
TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE)
PRINTED = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
SCRIPT = re.compile(r"<script\b(?![^>]*\b(?:src=|type=\"application/(?:ld\+)?json\"))", re.IGNORECASE)
WRITTEN = re.compile(
    r"setAttribute\(\s*[\"'](?:style|on\w+)[\"']|createElement\(\s*[\"']style[\"']|\beval\(|\bnew Function\("
)


def inside(text: str) -> list[str]:
    """What of a page's source stands inside it and would be refused."""
    plain = PRINTED.sub("x", text)
    found = [*SCRIPT.findall(plain), *re.findall(r"<style\b", plain), *WRITTEN.findall(plain)]
    for tag in TAG.findall(plain):
        found += re.findall(r"\s(?:style|on[a-z]+)\s*=\s*\\?[\"'x]|[\"'=]javascript:", tag)
    return found


def sources() -> list[Path]:
    every = (path for room in ROOMS for end in ("*.html", "*.py", "*.js", "*.svg") for path in (ROOT / room).rglob(end))
    return [path for path in every if "migrations" not in path.parts]


def test_nothing_stands_inside_our_pages_that_the_policy_refuses():
    faults = {
        str(path.relative_to(ROOT)): found for path in sources() if (found := inside(path.read_text(encoding="utf-8")))
    }
    assert faults.keys() == ALLOWED.keys(), faults


@pytest.mark.parametrize(
    "source",
    [
        "<script>go()</script>",
        '<script type="module">go()</script>',
        "<style>p{}</style>",
        '<p style="color:red">',
        "<p style={{ colour }}>",
        '<a href="{% url "home" %}" onclick="go()">',
        "f'<td style=\"width:{share}%\">'",
        '<a href="javascript:go()">',
        'made.setAttribute("style", words)',
    ],
)
def test_what_the_policy_refuses_is_found(source: str):
    assert inside(source)


@pytest.mark.parametrize(
    "source",
    [
        '<script type="module" src="{% static "mendwell/js/live.js" %}"></script>',
        '{% if seo.data %}<script type="application/ld+json">{{ seo.data }}</script>{% endif %}',
        '<link rel="stylesheet" href="x.css"><p class="on" data-style="calm">',
        'made.style.width = "3px"',
    ],
)
def test_what_the_policy_lets_through_is_left_alone(source: str):
    assert inside(source) == []
