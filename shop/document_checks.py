"""Whether the documents are still what was issued: nothing altered, no number missing, the database still on guard."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Min

from shop.documents import digest
from shop.models import Document, DocumentSeries

GUARDED = ("shop_document", "shop_ledgerentry")


def faults() -> list[str]:
    """What is wrong, a sentence each; nothing when all is well. Reads all documents, a few hundred at a time."""
    return [
        *(f"{document.number} of site {document.site_id} was altered." for document in changed(Document.objects.all())),
        *gaps(),
        *(f"The database no longer refuses changes of {table}." for table in unguarded()),
    ]


def changed(documents: Any) -> list[Document]:
    """Those of some documents whose facts are no longer what was issued, or whose head tells otherwise than they do."""
    return [one for one in documents.iterator(chunk_size=200) if not _sound(one)]


def gaps(site: Any = None) -> list[str]:
    """Series, of one site or of all, that lack a number or counted on without a document. One statement."""
    series = DocumentSeries.objects.all() if site is None else DocumentSeries.objects.filter(site=site)
    rows = series.annotate(issued=Count("documents"), first=Min("documents__sequence"), last=Max("documents__sequence"))
    return [
        f"{row.prefix} of site {row.site_id}: {row.last_number} numbers were taken, {row.issued} documents are there."
        for row in rows.order_by("pk")
        if (row.issued, row.last or 0) != (row.last_number, row.last_number) or row.first not in (None, 1)
    ]


def unguarded() -> list[str]:
    """Tables of what must not change that the database does not guard (migration shop/0009). One statement."""
    there = set(_triggers())
    return [table for table in GUARDED if not {f"{table}_stays", f"{table}_is_kept"} <= there]


def _sound(document: Document) -> bool:
    facts = document.facts
    return digest(facts) == document.digest and (str(document.total), document.currency) == (
        facts.get("total"),
        facts.get("currency"),
    )


def _triggers() -> Iterable[str]:
    table = "SELECT tgname FROM pg_trigger" if connection.vendor == "postgresql" else "SELECT name FROM sqlite_master"
    where = "WHERE tgenabled <> 'D'" if connection.vendor == "postgresql" else "WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(f"{table} {where}")
        return [name for (name,) in cursor.fetchall()]
