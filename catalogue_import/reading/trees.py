"""JSON: read whole, with a limit on size and depth, and no number that is none."""

import json
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from catalogue_import.reading.encodings import detect, opened_as
from catalogue_import.reading.facts import Facts
from catalogue_import.reading.limits import DEEPEST_JSON, FileNotReadable

LARGEST_BYTES = 20_000_000


def tree_of(file: BinaryIO, facts: Facts) -> Any:
    """The value in the file; numbers with a point become Decimal. Raises FileNotReadable."""
    file.seek(0)
    raw = file.read(LARGEST_BYTES + 1)
    if len(raw) > LARGEST_BYTES:
        raise FileNotReadable(_("JSON is read up to %(most)s MB.") % {"most": LARGEST_BYTES // 1_000_000})
    facts.encoding = facts.encoding or detect([raw], facts)
    text = raw.decode(**opened_as(facts.encoding))
    try:
        return _shallow(_loaded(text))
    except RecursionError as error:
        raise FileNotReadable(_("The file is nested far deeper than any catalogue.")) from error
    except ValueError as error:
        raise FileNotReadable(_("The file is not JSON: %(error)s.") % {"error": error}) from error


def _loaded(text: str) -> Any:
    """The value; of a file with a record on each line the list of them. Raises ValueError."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise
    records = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                records.append(json.loads(line, parse_float=Decimal, parse_constant=_no_number))
            except json.JSONDecodeError as error:
                raise ValueError(
                    _("it holds several values, and line %(line)s is not one of them; send one list of records")
                    % {"line": number}
                ) from error
    return records


def _no_number(name: str) -> Any:
    raise ValueError(_("%(name)s is not a number") % {"name": name})


def _shallow(tree: Any) -> Any:
    level = [tree]
    for _depth in range(DEEPEST_JSON):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return tree
    raise RecursionError
