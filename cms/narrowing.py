"""Narrowing devices by kind, brand and year, in the order of a list, with the number of devices of each choice.

Worked out on the catalogue in memory: the same order and the same numbers whichever database is below.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cms.catalogue import DEVICE, Catalogue, Node


@dataclass(frozen=True)
class Narrow:
    """What is asked for: the slug of a category or family, a brand in any case, the first and the last year."""

    category: str = ""
    brand: str = ""
    year_from: int | None = None
    year_to: int | None = None


@dataclass(frozen=True)
class Facets:
    """How many of some devices belong to each brand, category and year; brands and categories by name, newest first."""

    brands: tuple[tuple[str, int], ...]
    categories: tuple[tuple[Node, int], ...]
    years: tuple[tuple[int, int], ...]


def in_list_order(known: Catalogue) -> tuple[int, ...]:
    """Every device by brand, newest first, then by name; those without a year last."""
    if "list" not in known.worked_out:
        rows = [node for node in known.nodes.values() if node.kind == DEVICE]
        rows.sort(key=lambda row: (row.brand.casefold(), -(row.year or 0), row.name.casefold(), row.pk))
        known.worked_out["list"] = tuple(row.pk for row in rows)
    return known.worked_out["list"]  # type: ignore[no-any-return]


def narrowed(known: Catalogue, ids: Iterable[int], narrow: Narrow) -> tuple[int, ...]:
    """Those of the devices that fit, in their order."""
    if narrow == Narrow():
        return tuple(ids)
    below = _below(known, narrow.category) if narrow.category else None
    brand, first, last = narrow.brand.casefold(), narrow.year_from, narrow.year_to

    def fits(node: Node) -> bool:
        return (
            (below is None or node.parent_id in below)
            and (not brand or node.brand.casefold() == brand)
            and (first is None or node.year is not None and node.year >= first)
            and (last is None or node.year is not None and node.year <= last)
        )

    return tuple(pk for pk in ids if fits(known.nodes[pk]))


def _below(known: Catalogue, slug: str) -> set[int | None]:
    """The categories of the family or category of that address."""
    node = known.by_slug(slug, "family", "category")
    return {node.pk, *known.below.get(node.pk, ())} if node else set()


def facets(known: Catalogue, ids: Iterable[int]) -> Facets:
    """The choices that these devices leave."""
    rows = [known.nodes[pk] for pk in ids]
    brands, years = Counter(row.brand for row in rows if row.brand), Counter(row.year for row in rows if row.year)
    kinds = Counter(row.parent_id for row in rows if row.parent_id in known.nodes)
    categories = [(known.nodes[pk], number) for pk, number in kinds.items() if pk is not None]
    return Facets(
        brands=tuple(sorted(brands.items(), key=lambda row: row[0].casefold())),
        categories=tuple(sorted(categories, key=lambda row: (row[0].name.casefold(), row[0].pk))),
        years=tuple(sorted(years.items(), reverse=True)),
    )
