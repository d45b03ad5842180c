"""JSON that is not ours: a list of records, records by model, groups of models and repairs, releases with dates.

Whatever its shape, it becomes a table: the keys are headers, and a record with several models or repairs several rows.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from catalogue_import.match import brand_of, line_of, tokens
from catalogue_import.match_repairs import named_parts
from catalogue_import.reading.encodings import clean, number_as_text
from catalogue_import.reading.facts import Facts
from catalogue_import.reading.limits import MOST_COLUMNS, MOST_ROWS, FileNotReadable
from catalogue_import.reading.tables import Numbered, Table
from catalogue_import.sources.entries import GRADES
from catalogue_import.sources.fields import PRICES, meaning, reads_as_price

Flat = dict[str, str]
TAGS = {"mobile-phone": "Phones", "tablet": "Tablets", "laptop": "Laptops", "smartwatch": "Watches"}


def table_of(tree: Any, facts: Facts) -> Table:
    """The tree as a table. Raises FileNotReadable when nothing in it is a record."""
    rows = [row for row in _rows(tree) if any(row.values())]
    if not rows:
        raise FileNotReadable(_("There is no record in the file that could be a device or a price."))
    if len(rows) > MOST_ROWS:
        raise FileNotReadable(_("The file has more than %(most)s rows; split it.") % {"most": MOST_ROWS})
    headers = list(dict.fromkeys(key for row in rows for key in row))
    if len(headers) > MOST_COLUMNS:
        raise FileNotReadable(
            _("The records have %(count)s different keys; that is no list.") % {"count": len(headers)}
        )
    cleaned = [[clean(row.get(header, ""), facts) for header in headers] for row in rows]

    def numbered() -> Iterator[Numbered]:
        return iter(enumerate(cleaned, start=1))

    return Table(headers, 0, numbered, facts)


def _rows(tree: Any) -> Iterator[Flat]:
    if isinstance(tree, Mapping) and isinstance(tree.get("releases"), list):
        yield from _releases(tree)
        return
    for record in _records(tree):
        yield from _flat(record)


def _records(tree: Any) -> list[Mapping[str, Any]]:
    """The records, wherever they are: in a list, below a single key, or each below its own name."""
    if isinstance(tree, list):
        if tree and not any(isinstance(one, Mapping) for one in tree):
            raise FileNotReadable(
                _("The file is a list of %(count)s single values; a catalogue needs records with names.")
                % {"count": len(tree)}
            )
        return [one for one in tree if isinstance(one, Mapping)]
    if not isinstance(tree, Mapping):
        return []
    lists = [value for value in tree.values() if isinstance(value, list) and value and isinstance(value[0], Mapping)]
    if len(lists) == 1:
        return [one for one in lists[0] if isinstance(one, Mapping)]
    if tree and all(isinstance(value, Mapping) and _tells(value) for value in tree.values()):
        return [{**value, **({} if _named(value) else {"model": key})} for key, value in tree.items()]
    return list(_nested(tree))


def _nested(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Prices below names: brand, model, repair, and quality of the part, of which the first and the last may be left
    out. Nothing when no name speaks of a repair."""
    found = list(_leaves(tree, ()))
    if not any(named_parts(name) for path, _leaf in found for name in path):
        return
    for path, leaf in found:
        names = list(path)
        record: dict[str, Any] = dict(leaf)
        if len(names) > 2 and _is_grade(names[-1]):
            record["grade"] = names.pop()
        if "repair" not in {meaning(key)[0] for key in leaf}:
            record["repair"] = names.pop() if names else ""
        for level in ("model", "brand", "category"):
            if names:
                record[level] = names.pop()
        yield record


def _leaves(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Each price with the names above it: a number, a text that is a price, or a record with a price in it."""
    if isinstance(node, Mapping):
        if path and any(meaning(str(key))[0] in PRICES and not isinstance(one, Mapping) for key, one in node.items()):
            yield path, {str(key): one for key, one in node.items()}
            return
        for key, one in node.items():
            yield from _leaves(one, (*path, str(key)))
    elif isinstance(node, list):
        for one in node:
            if isinstance(one, Mapping):
                yield from _leaves(one, path)
    elif len(path) > 1 and not isinstance(node, bool) and node is not None and reads_as_price(_text(node)):
        yield path, {"price": node}


def _is_grade(text: str) -> bool:
    said = text.casefold()
    return any(said == grade or said in words for grade, words in GRADES.items())


def _tells(record: Mapping[str, Any]) -> bool:
    """Whether a record says anything that a device or a price would: a known key, or a number."""
    return any(
        meaning(str(key))[0] not in ("", "personal")
        or (isinstance(value, (int, Decimal)) and not isinstance(value, bool))
        for key, value in record.items()
        if not isinstance(value, (list, Mapping)) or meaning(str(key))[0] in ("repair", "price", "codes")
    )


def _named(record: Mapping[str, Any]) -> bool:
    return any(meaning(str(key))[0] == "model" and isinstance(value, str) for key, value in record.items())


def _flat(record: Mapping[str, Any]) -> Iterator[Flat]:
    """One record as one or more rows: one for each model and each repair in it."""
    row: Flat = {}
    models: tuple[str, list[str]] = ("", [])
    repairs: tuple[str, list[Mapping[str, Any]]] = ("", [])
    named = _named(record)
    for key, value in record.items():
        name = meaning(key)[0]
        if isinstance(value, list):
            texts = [_text(one) for one in value if not isinstance(one, (Mapping, list))]
            parts = [one for one in value if isinstance(one, Mapping)]
            if texts and name == "model" and not named:
                models = (key, texts)
            elif parts and name in ("repair", "price"):
                repairs = (key, parts)
            elif texts:
                row[key] = (" " if name == "codes" else ", ").join(texts)
        elif isinstance(value, Mapping):
            if (
                name in ("repair", "price")
                and value
                and all(not isinstance(one, (Mapping, list)) for one in value.values())
            ):
                repairs = ("repair", [{"name": repair, "price": price} for repair, price in value.items()])
        else:
            row[key] = _text(value)
    for model in models[1] or [""]:
        for repair in repairs[1] or [{}]:
            yield {**row, **({models[0]: model} if models[0] else {}), **_child(repairs[0], repair, row)}


def _child(parent: str, child: Mapping[str, Any], row: Flat) -> Flat:
    """A repair inside a record: its name goes by the key of the list, the rest by its own keys."""
    found: Flat = {}
    for key, value in child.items():
        if not isinstance(value, (Mapping, list)):
            name = (
                parent
                if key in ("name", "title", "label", "type") and parent not in found
                else key
                if key not in row
                else f"{parent} {key}"
            )
            found[name] = _text(value)
    return found


def _releases(tree: Mapping[str, Any]) -> Iterator[Flat]:
    """A product with releases: labels without the line ("15 Plus") get it from the title ("Apple iPhone")."""
    title, tags = _text(tree.get("title")), _text(tree.get("tags")).split()
    brand, line = brand_of(title), line_of(title)
    family = next((TAGS[tag] for tag in tags if tag in TAGS), "")
    written = title.split()[0] if title else ""
    prefix = " ".join(word for word in title.split() if word.casefold() in line.split())
    for release in tree["releases"]:
        if not isinstance(release, Mapping):
            continue
        label = _text(release.get("releaseLabel")) or _text(release.get("releaseCycle"))
        if prefix and not {*tokens(line), brand} & {*tokens(label)}:
            label = f"{prefix} {label}"
        for name in _variants(label):
            yield {
                "brand": written,
                "name": name,
                "family": family,
                "release date": _text(release.get("releaseDate")),
                **{str(key): _text(value) for key, value in release.items() if key in ("eol", "discontinued", "link")},
            }


def _variants(label: str) -> list[str]:
    """Two variants in one label: "Pixel 8 / Pro" is a Pixel 8 and a Pixel 8 Pro."""
    first, mark, second = label.partition(" / ")
    if mark and second.startswith(f"{first} "):
        return [first, second]
    if mark and second.casefold() in {"pro", "plus", "max", "xl", "ultra", "mini", "pro max"}:
        return [first, f"{first} {second}"]
    return [label]


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return number_as_text(value)
    return "" if value is None or isinstance(value, (bool, Mapping, list)) else str(value)
