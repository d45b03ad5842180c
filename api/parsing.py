"""Reading JSON from strangers: bounded in size and depth, no NaN, no key twice."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from api.errors import BodyTooLarge

MOST_BYTES = 64 * 1024
MOST_DEPTH = 20


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object as a dict. Raises ValueError when a key stands there twice: which one was meant?"""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(_("A key stands twice in one object."))
    return found


def refuse(name: str) -> None:
    """NaN and Infinity are not JSON."""
    raise ValueError(_("%(name)s is not a number in JSON.") % {"name": name})


def too_deep(text: str) -> bool:
    """Whether brackets open deeper than anything we ask for; brackets inside strings count too, which is harmless."""
    depth = most = 0
    for sign in text:
        if sign in "[{":
            depth += 1
            most = max(most, depth)
        elif sign in "]}":
            depth -= 1
    return most > MOST_DEPTH


class Parser(JSONParser):
    """DRF's JSON parser with limits."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The parsed body. Raises BodyTooLarge over 64 kB and ParseError for whatever is not sound JSON."""
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise BodyTooLarge
        try:
            text = raw.decode("utf-8")
            if too_deep(text):
                raise ParseError(_("The JSON is nested too deeply."))
            found = json.loads(text, object_pairs_hook=once, parse_constant=refuse)
        except ValueError as error:
            raise ParseError(_("The body is not JSON: %(why)s") % {"why": str(error)[:200]}) from error
        if not isinstance(found, dict):
            raise ParseError(_("The body must be a JSON object."))
        return found
