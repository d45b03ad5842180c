"""Lists as CSV files for a spreadsheet, line by line. What somebody typed goes in as text, never as a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse

from shop.counter import book_files


def sheet(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A file to keep. Numbers stay numbers; everything else is text that no spreadsheet works out."""
    answer = StreamingHttpResponse(_lines(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(book_files.Echo())
    yield book_files.MARK + writer.writerow(head)
    for row in rows:
        yield writer.writerow([f"{cell:f}" if isinstance(cell, Decimal) else book_files.text(cell) for cell in row])
