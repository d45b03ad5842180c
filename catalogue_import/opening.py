"""A file that was sent, opened for a run: what kind it is, its columns, and the entries in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from catalogue_import.amounts import currency_in, decimal_of
from catalogue_import.groups import known_family
from catalogue_import.match import A_CODE, brand_of
from catalogue_import.match_words import BRANDS
from catalogue_import.models import ImportRun
from catalogue_import.options import Options
from catalogue_import.reading.facts import Facts
from catalogue_import.reading.files import Asked, Sense, opened
from catalogue_import.reading.limits import FileNotReadable
from catalogue_import.reading.tables import Fault, Table, blocks_side_by_side
from catalogue_import.sources import registry, shopify, shops, table, tidy, woocommerce
from catalogue_import.sources.entries import Entry, Terms
from catalogue_import.sources.fields import Column, folded, guess, known, meaning, tells, without_tax

SOURCE = ImportRun.Source
SAMPLES = 2_000
SINGLE = {"brand", "model", "repair", "price", "price_from", "price_min", "price_max", "currency", "duration", "grade"}
# Records of repairs that were done, in the Open Repair Data Standard: who mended what, not what is offered.
RECORDS = {"data provider", "repair status", "problem"}


@dataclass
class File:
    """An opened file. `pack` holds the tree of a file in our own format, else there is a table."""

    source: str
    facts: Facts
    columns: list[Column]
    table: Table | None = None
    pack: Any = None
    own: str = ""  # the list of ours that a table in our own format holds


def look(file: BinaryIO, options: Options) -> File:
    """Recognise a file and guess what its columns mean. Raises FileNotReadable."""
    asked = Asked(options.sheet, options.encoding, options.delimiter)
    found = opened(file, Sense(known, tells, kind_of_sheet), asked)
    if found.table is None and tidy.is_pack(found.tree):
        return File(SOURCE.PACK, found.facts, [], pack=found.tree)
    one = found.table or registry.table_of(found.tree, found.facts)
    source = SOURCE.REGISTRY if found.table is None else _source(one.headers)
    if name := tidy.list_of(one.headers):
        one.facts.own = True
        return File(SOURCE.PACK, one.facts, [], table=one, own=name)
    columns = guess(one.headers, one.samples())
    _refuse_what_is_no_catalogue(one, columns, source)
    if source in (SOURCE.SHOPIFY, SOURCE.WOOCOMMERCE):
        return File(source, one.facts, [], table=one)
    _say_what_is_left_out(one.facts, columns)
    one.facts.dropped = [column.header for column in columns if column.personal]
    if source == SOURCE.TABLE and any(column.field in ("price_of", "price_for") for column in columns):
        source = SOURCE.MATRIX
    return File(source, one.facts, columns, table=one)


def _source(headers: list[str]) -> str:
    if shopify.fits(headers):
        return SOURCE.SHOPIFY
    return SOURCE.WOOCOMMERCE if woocommerce.fits(headers) else SOURCE.TABLE


def _refuse_what_is_no_catalogue(one: Table, columns: list[Column], source: str) -> None:
    if {folded(header) for header in one.headers} >= RECORDS or (
        {"data provider", "problem"} <= {folded(header) for header in one.headers}
    ):
        raise FileNotReadable(
            _(
                "These are records of repairs that were done (Open Repair Data),"
                " not devices or prices that a shop offers."
            )
        )
    fields = {column.field for column in columns}
    telling = fields & {"brand", "family", "year", "repair", "price", "price_from", "price_min", "price_of"}
    coded = any(A_CODE.match(cell) for column in columns if column.field == "codes" for cell in column.samples)
    if source == SOURCE.REGISTRY and not (fields & {"model", "repair"} and (telling or coded)):
        names = ", ".join(one.headers[:8])
        raise FileNotReadable(_("No key names a device or a repair: %(names)s.") % {"names": names})


def kind_of_sheet(name: str) -> str:
    """What the name of a sheet says of all its rows: a brand or a family; empty for neither."""
    return "Brand" if brand_of(name) in BRANDS else "Family" if known_family(name) else ""


def _say_what_is_left_out(facts: Facts, columns: list[Column]) -> None:
    """Columns of prices that are not taken: those without tax, and those that nothing explains."""
    priced = any(column.field in table.PRICED for column in columns)
    net = [column.header for column in columns if not column.field and column.header and without_tax(column.header)]
    if net and not priced:
        words = _(
            "Prices here include tax, and %(names)s is without: it is left out."
            " Say that it is the price if it is what people pay."
        )
        facts.note(words % {"names": ", ".join(net)})
    headers = [column.header for column in columns if column.field in SINGLE]
    twice = sorted({header for header in headers if headers.count(header) > 1})
    if twice and not blocks_side_by_side([column.header for column in columns], lambda header: meaning(header)[0]):
        words = _("Several columns are called %(names)s; the first that has something in it counts.")
        facts.note(words % {"names": ", ".join(twice)})
    unknown = [one.header for one in columns if one.header and not (one.field or one.personal or one.confidence)]
    if unknown:
        facts.note(
            _("Nothing says what these columns are, so they are left out: %(names)s.")
            % {"names": ", ".join(unknown[:12])}
        )


def ask(file: File, terms: Terms) -> None:
    """Write into the facts what only a person can say: which column is which, and which currency."""
    fields = {column.field for column in file.columns}
    shop = file.source in (SOURCE.SHOPIFY, SOURCE.WOOCOMMERCE)
    file.facts.questions = []
    if file.source != SOURCE.PACK and not shop and not fields & {"model", "repair"}:
        file.facts.questions.append("columns")
    priced = shop or fields & set(table.PRICED)
    if priced and not terms.currency and "currency" not in fields and not _signed(file, terms):
        file.facts.questions.append("currency")


def _signed(file: File, terms: Terms) -> bool:
    """Whether the cells of prices name their currency themselves."""
    priced = [column for column in file.columns if column.field in table.PRICED]
    return any(currency_in(cell) or (terms.home and "$" in cell) for column in priced for cell in column.samples)


def terms_of(file: File, options: Options, home: str) -> Terms:
    """What holds for the whole file, said or found out; written into its facts."""
    said = Terms(
        decimal=options.decimal,
        currency=options.currency,
        home=home,
        brand=options.brand,
        family=options.family,
        category=options.category,
        repair=options.repair,
        grade=options.grade,
    )
    if file.table is None:
        return said
    rows = file.table.samples(SAMPLES)
    if file.source in (SOURCE.SHOPIFY, SOURCE.WOOCOMMERCE):
        # Their exports are written by machines: a point, or the mark of the shop they come from.
        prices = (row[place] for row in rows for place in shops.prices_in(file.table.headers) if place < len(row))
        terms = replace(said, decimal=said.decimal or decimal_of(prices) or ".")
    else:
        terms = table.terms_of(file.columns, rows, said)
    file.facts.decimal, file.facts.currency = terms.decimal, terms.currency
    ask(file, terms)
    return terms


def loose(file: File) -> Iterator[tidy.Loose | Fault]:
    """The rows of a file in our own format."""
    if file.table is None:
        yield from tidy.of_tree(file.pack)
        return
    for row in file.table.rows():
        if isinstance(row, Fault):
            yield row
        else:
            yield tidy.of_record(file.own, row[0], dict(zip(file.table.headers, row[1], strict=False)))


def entries(file: File, terms: Terms) -> Iterator[Entry | Fault]:
    """Every line of the file, understood or refused."""
    assert file.table is not None
    if file.source == SOURCE.SHOPIFY:
        return shopify.entries(file.table, terms)
    if file.source == SOURCE.WOOCOMMERCE:
        return woocommerce.entries(file.table, terms)
    return table.sections(table.entries(file.table, file.columns, terms))
