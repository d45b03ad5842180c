"""A file comes in: it is kept, recognised, and its columns are guessed, remembered or corrected."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from django.core.files import File as DjangoFile
from django.db import transaction
from django.utils.translation import gettext as _

from catalogue_import import opening
from catalogue_import import options as said_options
from catalogue_import.claims import RunNotPossible
from catalogue_import.models import ColumnMapping, ImportRun
from catalogue_import.planning import home_currency
from catalogue_import.reading.files import kept_aside
from catalogue_import.sources.fields import FIELDS, Column
from cms.sites import Site

Status = ImportRun.Status


def start(
    *, file: BinaryIO, name: str, site: Site, by: Any = None, options: Mapping[str, str] | None = None, at: datetime
) -> ImportRun:
    """Keep a file and read its beginning: kind, encoding, columns. Raises FileNotReadable, OptionNotPossible.

    What its columns mean is guessed, or known from a file with the same header. Nothing is tried yet.
    """
    with kept_aside(file) as copy:
        given = said_options.read(options or {})
        found = opening.look(copy, given)
        saved = (
            ColumnMapping.objects.filter(site=site, fingerprint=fingerprint(found)).first() if found.columns else None
        )
        if saved is not None:
            given = said_options.read({**saved.options, **given.as_json()})
            set_fields(found, {int(place): field for place, field in saved.fields.items()})
        opening.terms_of(found, given, home_currency(site))
        run = ImportRun(
            site=site,
            by=by,
            name=_plain_name(name),
            digest=_digest(copy),
            source=found.source,
            facts=found.facts.as_json(),
            columns=[column.as_json() for column in found.columns],
            options=given.as_json(),
            created_at=at,
        )
        copy.seek(0)
        run.file.save(f"{at:%Y%m%d}-{run.digest[:12]}", DjangoFile(copy), save=False)
        run.save()
    return run


def correct(
    run: ImportRun, *, fields: Mapping[int, str] | None = None, options: Mapping[str, str] | None = None, at: datetime
) -> None:
    """Say what columns mean and what holds for the whole file. It is kept for the next file with this header.

    Raises RunNotPossible, FileNotReadable, OptionNotPossible.
    """
    if run.status not in (Status.UPLOADED, Status.PLANNED, Status.FAILED):
        raise RunNotPossible(_("Columns can be corrected until the import is written."))
    if wrong := sorted(set((fields or {}).values()) - set(FIELDS)):
        raise RunNotPossible(_("There is no field %(name)r.") % {"name": wrong[0]})
    given = said_options.read(run.options if options is None else options)
    with run.file.open("rb") as source, kept_aside(source) as copy:
        found = opening.look(copy, given)
        if [column.header for column in found.columns] == [column["header"] for column in run.columns]:
            set_fields(found, {column["position"]: column["field"] for column in run.columns})
        set_fields(found, fields or {})
        opening.terms_of(found, given, home_currency(run.site))
    run.facts, run.options = found.facts.as_json(), given.as_json()
    run.columns, run.status, run.counts, run.words = (
        [column.as_json() for column in found.columns],
        Status.UPLOADED,
        {},
        "",
    )
    with transaction.atomic():
        run.lines.all().delete()
        run.save()
        _remember(run, found, at)


def _remember(run: ImportRun, found: opening.File, at: datetime) -> None:
    """Keep the meaning of columns for the next file with this header."""
    if found.columns and found.table is not None:
        kept = {name: value for name, value in run.options.items() if name not in ("sheet", "encoding", "delimiter")}
        ColumnMapping.objects.update_or_create(
            site=run.site,
            fingerprint=fingerprint(found),
            defaults={
                "headers": found.table.headers,
                "fields": {str(column.position): column.field for column in found.columns},
                "options": kept,
                "saved_at": at,
            },
        )


def fingerprint(found: opening.File) -> str:
    """What files with the same columns have in common."""
    headers = found.table.headers if found.table is not None else []
    said = "\x1f".join(
        [found.source if found.source == "registry" else "table", *(header.casefold() for header in headers)]
    )
    return hashlib.sha256(said.encode()).hexdigest()


def set_fields(found: opening.File, given: Mapping[int, str]) -> None:
    for column in found.columns:
        _set_field(column, given)
    fields = {column.field for column in found.columns}
    if found.source in ("table", "matrix"):
        found.source = "matrix" if "price_of" in fields else "table"
    found.facts.dropped = [column.header for column in found.columns if column.personal and not column.field]


def _set_field(column: Column, given: Mapping[int, str]) -> None:
    if column.position in given and column.field != given[column.position]:
        column.field, column.confidence = given[column.position], 100


def _plain_name(name: str) -> str:
    """The file's own name, without folders and control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[:200] or "file"


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    whole = hashlib.sha256()
    while block := file.read(1 << 20):
        whole.update(block)
    return whole.hexdigest()
