"""Files to take away: a template to fill in, the catalogue as it is, and the lines that were refused."""

import csv
import tempfile
from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _

from catalogue_import.export import KINDS, LISTS, export, neutral
from catalogue_import.models import ImportLine
from catalogue_import.pages.view import ImportPage, RunPage
from catalogue_import.planning import home_currency

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
TEMPLATE = (
    ("Brand", "Model", "Model code", "Year", "Repair", "Price", "Currency", "Time"),
    ("Apple", "iPhone 13", "A2633", "2021", "Screen repair", "199.99", "", "60 min"),
    ("Samsung", "Galaxy S22", "SM-S901B", "2022", "Battery replacement", "from 79.00", "", "45 min"),
)
BOM = "\ufeff"  # spreadsheets take a CSV for UTF-8 by it


class Echo:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


def _sent(name: str, rows: Iterator[tuple[Any, ...]]) -> StreamingHttpResponse:
    writer = csv.writer(Echo())

    def lines() -> Iterator[str]:
        yield BOM
        for row in rows:
            yield writer.writerow([neutral(str(cell)) for cell in row])

    response = StreamingHttpResponse(lines(), content_type=TYPES["csv"])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class Template(ImportPage):
    """A small list with our own column names and two rows as an example."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file."""
        currency = home_currency(self.site) or "GBP"
        head, *rows = TEMPLATE
        place = head.index("Currency")
        filled = [(*row[:place], currency, *row[place + 1 :]) for row in rows]
        return _sent("mendwell-import.csv", iter([head, *filled]))


class Export(ImportPage):
    """The catalogue of this shop; the import reads it back unchanged."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file."""
        what, kind = kwargs["what"], kwargs["kind"]
        if kind not in KINDS or what not in LISTS:
            raise Http404
        out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        export(site=self.site, kind=kind, what=what, out=out)  # type: ignore[arg-type]
        out.seek(0)
        name = f"catalogue.{kind}" if kind == "json" else f"{what}.{kind}"
        return FileResponse(out, as_attachment=True, filename=name, content_type=TYPES[kind])


class Refused(RunPage):
    """The lines that were refused, for whoever mends the file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file."""
        rows = self.run.lines.filter(outcome=ImportLine.Outcome.REFUSED).order_by("number", "pk")
        head = (_("Row"), _("Column"), _("In the file"), _("Why"))

        def lines() -> Iterator[tuple[Any, ...]]:
            yield head
            yield from rows.values_list("number", "column", "value", "words").iterator(2_000)

        return _sent(f"refused-{self.run.pk}.csv", lines())
