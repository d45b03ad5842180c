"""Turns a posted message into words: a subject line, a text and, for mail, HTML.

The templates see the closed list of placeholders and nothing else: an engine of its own, without context processors
and without any room's tags. Values are hostile: HTML escapes them, one-line values lose their line breaks, links
must be http(s).
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import css_inline
from django.conf import settings
from django.template import Context, Engine, TemplateDoesNotExist, TemplateSyntaxError
from django.utils import translation
from django.utils.translation import gettext as _

from notifications.contacts import one_line
from notifications.kinds import KINDS, LINE_KEYS, PLACEHOLDERS, Kind

LONGEST_SUBJECT = 180
LONGEST_SMS = 640
# The house's colours by day and by night, for a shop without its own; as in static/mendwell/tokens.css.
COLOURS = {"brand": "#1f6f5c", "brand_tint": "#e6f1ee", "brand_night": "#62c3a8", "brand_night_tint": "#17302a"}
HEX = re.compile(r"#[0-9a-f]{6}")
MANY_LINES = {"note", "body", "provider_note"}  # the only values that may hold line breaks
LIKE_AN_ADDRESS = re.compile(r"://|www\.|\.\w{2,}/|@", re.IGNORECASE)


class CannotRender(Exception):
    """A template of this kind is broken or missing; trying again does not help."""


@dataclass(frozen=True)
class Rendered:
    """The words of one message. `subject` and `html` are blank for channels without them."""

    subject: str
    text: str
    html: str = ""


@cache
def engine() -> Engine:
    """Django's template engine with translation tags and nothing else."""
    return Engine(
        dirs=[str(folder) for folder in settings.TEMPLATES[0]["DIRS"]],
        app_dirs=True,
        libraries={"i18n": "django.templatetags.i18n"},
        builtins=["django.templatetags.i18n"],
    )


@cache
def inliner() -> css_inline.CSSInliner:
    """Moves the style sheet into the tags; media queries (dark mode, phones) stay in the head. Loads nothing."""
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_at_rules=True)


def render(*, kind: str, channel: str, language: str, context: dict[str, Any]) -> Rendered:
    """The words of a message of this kind in this language. Raises CannotRender."""
    known = KINDS.get(kind)
    if known is None:
        raise CannotRender(f"There is no kind of message called {kind}.")
    try:
        with translation.override(language):
            values = safe_values(context) | {"language": language, "html_language": translation.get_language()}
            if channel == "sms":
                return Rendered("", one_line(_words(known, "sms.txt", values), LONGEST_SMS))
            values["subject_line"] = subject = one_line(_words(known, "subject.txt", values), LONGEST_SUBJECT)
            html = inliner().inline(_words(known, "body.html", values))
            return Rendered(subject, tidy(_words(known, "body.txt", values)), html)
    except (TemplateDoesNotExist, TemplateSyntaxError, css_inline.InlineError) as error:
        raise CannotRender(f"The template of {kind} for {channel} is broken: {error}") from error


def _words(kind: Kind, file: str, values: dict[str, Any]) -> str:
    plain = file.endswith(".txt")
    return engine().get_template(f"{kind.folder}/{file}").render(Context(values, autoescape=not plain))


def safe_values(context: dict[str, Any]) -> dict[str, Any]:
    """Every placeholder with a harmless value; missing ones blank."""
    values: dict[str, Any] = {name: _safe(name, context.get(name, "")) for name in PLACEHOLDERS - {"lines"}}
    values["lines"] = [{key: _safe(key, line.get(key, "")) for key in LINE_KEYS} for line in context.get("lines") or []]
    if not values["link"].startswith(("https://", "http://")):
        values["link"] = ""
    for name, house in COLOURS.items():  # they stand in the style sheet, where escaping is no protection
        values[name] = values[name] if HEX.fullmatch(values[name]) else house
    # A name is the one thing a stranger may put into our mail to a third person: no advertising in the greeting.
    if LIKE_AN_ADDRESS.search(values["customer_name"]):
        values["customer_name"] = ""
    values["customer_name"] = values["customer_name"][:80]
    values["device"] = values["device"] or _("device")
    values["tax_name"] = values["tax_name"] or _("VAT")
    return values


def _safe(name: str, value: Any) -> str:
    text = "" if value is None else str(value)
    if name in MANY_LINES:
        return "\n".join(one_line(line, 2000) for line in text.splitlines()).strip()
    return one_line(text, 2000)


def tidy(text: str) -> str:
    """Text without blanks at line ends and with at most one empty line in a row."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
