"""One import by its status: what was found out, what its columns mean, what would change, what was done."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from catalogue_import import opening, runs
from catalogue_import import options as said_options
from catalogue_import.models import ImportRun
from catalogue_import.pages import work
from catalogue_import.pages.told import told
from catalogue_import.pages.view import RunPage
from catalogue_import.reading import delimited
from catalogue_import.reading.facts import LABELS
from catalogue_import.reading.files import kept_aside
from catalogue_import.reading.limits import FileNotReadable
from catalogue_import.sources.fields import FIELDS, LIKELY
from shop.models import RepairOffer

ROWS = 25
FIRST_ROWS = 5
LOOKED_INTO = 2_000_000  # bytes; the first rows of a larger file are not shown, its examples are
SILENT = timedelta(minutes=2)
Status = ImportRun.Status
TABS = (
    ("doubtful", _("To decide")),
    ("changed", _("Changed")),
    ("created", _("New")),
    ("refused", _("Refused")),
    ("matched", _("Taken for")),
)
SHORTER = {"price_of": _("Price (the header is the repair)")}
CHOICES: dict[str, list[tuple[str, Any]]] = {
    "decimal": [(".", _("Point: 199.99")), (",", _("Comma: 199,99"))],
    "delimiter": [*delimited.DELIMITERS.items()],
    "encoding": [(name, name) for name in ("utf-8", "windows-1252", "windows-1250", "windows-1254", "windows-1251")]
    + [(name, name) for name in ("iso-8859-15", "mac_roman", "utf-16", "gb18030", "big5", "shift_jis")],
    "grade": [(value, label) for value, label in RepairOffer.Grade.choices if value],
}
MEANINGS = [(name, SHORTER.get(name, label)) for name, label in FIELDS.items()]
# What only a person can say, and where on the page.
QUESTIONS = {
    "columns": (_("Which column names the device or the repair?"), "columns"),
    "currency": (_("Which currency are the prices in?"), "option-currency"),
}
HEADINGS = {
    Status.PLANNING: _("Comparing the file with the catalogue"),
    Status.APPLYING: _("Writing"),
    Status.UNDOING: _("Taking it back"),
}
WAITING = _("Waiting for its turn")
MARKS = {".": _("point"), ",": _("comma")}
OFTEN = ("sheet", "currency", "decimal", "brand", "repair")


@dataclass(frozen=True)
class Option:
    """One thing that holds for the whole file, with what may be chosen; no choices are a text."""

    name: str
    label: Any
    value: str
    choices: list[tuple[str, Any]]
    often: bool
    asked: bool


class RunView(RunPage):
    """The page of one import."""

    template_name = "wagtailadmin/mendwell/import_run.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; a run that fell silent is looked after first, so that it can be started again."""
        run = self.run
        if run.status in ImportRun.BUSY and timezone.now() - (run.heartbeat_at or run.created_at) > SILENT:
            runs.refresh(run, at=timezone.now())
        return super().get(request, *args, **kwargs)

    @cached_property
    def at_work(self) -> bool:
        """Whether a worker has it, or was asked."""
        return self.run.status in ImportRun.BUSY or work.waiting(self.run)

    @property
    def can_correct(self) -> bool:
        """Whether columns and options can still be said otherwise."""
        return self.may_decide and self.run.status in (Status.UPLOADED, Status.PLANNED, Status.FAILED)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the status asks for."""
        context = super().get_context_data(**kwargs, view=self, run=self.run, facts=self._facts())
        if self.at_work:
            heading = HEADINGS.get(Status(self.run.status), WAITING)
            return context | {"progress": runs.progress(self.run), "heading": heading}
        if self.run.status in (Status.UPLOADED, Status.FAILED):
            context["first"] = self._first_rows()
        else:
            context |= self._lines(kwargs.get("faults", {}))
        asked = self.run.facts.get("questions", []) if self.can_correct else []
        return context | {
            "columns": self._columns(),
            "options": self._options(),
            "meanings": MEANINGS,
            "questions": [QUESTIONS[name] for name in asked if name in QUESTIONS],
        }

    def _facts(self) -> list[tuple[Any, str]]:
        found = []
        for name, label in LABELS.items():
            value = self.run.facts.get(name)
            if name == "decimal":
                value = MARKS.get(value, value)
            if value:
                found.append((label, ", ".join(map(str, value)) if isinstance(value, list) else str(value)))
        return found

    def _columns(self) -> list[dict[str, Any]]:
        return [column | {"sure": column["confidence"] >= LIKELY} for column in self.run.columns]

    def _options(self) -> list[Option]:
        said, questions = self.run.options, self.run.facts.get("questions", [])
        sheets = self.run.facts.get("sheets", [])
        choices = {**CHOICES, "sheet": [(name, name) for name in sheets]}
        return [
            Option(name, label, said.get(name, ""), choices.get(name, []), name in OFTEN, name in questions)
            for name, label in said_options.OPTIONS.items()
            if name != "sheet" or len(sheets) > 1
        ]

    def _first_rows(self) -> dict[str, Any] | None:
        """The beginning of the file as a table, personal columns blotted out."""
        run = self.run
        if not run.columns or not run.file or run.file.size > LOOKED_INTO:
            return None
        try:
            with run.file.open("rb") as source, kept_aside(source) as copy:
                table = opening.look(copy, said_options.read(run.options)).table
                rows = table.samples(FIRST_ROWS) if table else []
        except (OSError, FileNotReadable, said_options.OptionNotPossible):
            return None
        private = {column["position"] for column in run.columns if column["personal"]}
        return {
            "headers": [column["header"] for column in run.columns],
            "rows": [["•••" if place in private else cell[:80] for place, cell in enumerate(row)] for row in rows],
        }

    def _lines(self, faults: dict[int, str]) -> dict[str, Any]:
        run, asked = self.run, self.request.GET.get("show", "")
        tabs = [(name, label, run.counts.get(name, 0)) for name, label in TABS]
        if run.counts.get("kept"):
            tabs.insert(0, ("kept", _("Not taken back"), run.counts["kept"]))
        filled = [name for name, _label, count in tabs if count]
        show = asked if asked in filled else next(iter(filled), "")
        rows = run.lines.exclude(kept="") if show == "kept" else run.lines.filter(outcome=show)
        page = Paginator(rows.order_by("pk"), ROWS).get_page(self.request.GET.get("page"))
        lines = list(page)
        for line in lines:
            line.fault = faults.get(line.pk, "")  # type: ignore[attr-defined]
        decidable = self.may_decide and run.status == Status.PLANNED
        return {
            "tabs": tabs,
            "show": show,
            "page": page,
            "lines": told(run, lines),
            "names": show in runs.NAMES,
            "deciding": show in runs.NAMES and decidable,
            "here": f"{self.address}?show={show}&page={page.number}",
        }


class ProgressOf(RunPage):
    """How far an import is, for the page that looks on. Two statements."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        """The numbers."""
        now = runs.progress(self.run)
        at_work = now.busy or work.waiting(self.run)
        heading = str(HEADINGS.get(Status(now.status), WAITING))
        return JsonResponse(
            {"at_work": at_work, "heading": heading, "percent": now.percent, "done": now.done, "total": now.total}
        )
