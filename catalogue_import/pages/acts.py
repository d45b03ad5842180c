"""What people do with an import: say what columns mean, answer doubts, check, write, take back."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from catalogue_import import runs
from catalogue_import.models import ImportLine, ImportRun
from catalogue_import.options import OPTIONS, OptionNotPossible
from catalogue_import.pages import work
from catalogue_import.pages.run_page import RunView
from catalogue_import.pages.view import MAY_DECIDE, MAY_SEE, MAY_WRITE, RunPage
from cms.locales import default_locale
from cms.models import RepairType, Subject

Status = ImportRun.Status
READ_ANEW = ("sheet", "encoding", "delimiter")  # with these the file has other columns
FROM = {"plan": (Status.UPLOADED, Status.PLANNED, Status.FAILED), "apply": (Status.PLANNED,), "undo": (Status.APPLIED,)}


class Columns(RunPage):
    """What the columns mean and what holds for the whole file; then the check, when it was asked for."""

    needs = (MAY_SEE, MAY_DECIDE)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """There is nothing here but a form's address."""
        return redirect(self.address)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep it. Columns of another sheet are other ones, and are shown first."""
        run, then = self.run, request.POST.get("then", "")
        if work.waiting(run):
            return redirect(self.address)
        if not run.file:
            messages.error(request, _("The file is not kept any more. Upload it again."))
            return redirect(self.address)
        given = {name: value for name in OPTIONS if (value := str(request.POST.get(name, "")))}
        anew = any(given.get(name, "") != run.options.get(name, "") for name in READ_ANEW)
        fields = {} if anew else self._fields()
        try:
            runs.correct(run, fields=fields, options=given, at=timezone.now())
        except (runs.RunNotPossible, runs.FileNotReadable, OptionNotPossible) as error:
            messages.error(request, str(error))
            return redirect(self.address)
        if anew:
            messages.warning(request, _("The file was read again. Look at what its columns mean now."))
        elif then != "plan":
            messages.success(request, _("Kept, for this file and for the next one with the same header."))
        elif words := work.ask(run, "plan"):
            messages.error(request, words)
        return redirect(self.address)

    def _fields(self) -> dict[int, str]:
        names = {column["position"]: f"column-{column['position']}" for column in self.run.columns}
        return {place: str(self.request.POST[name]) for place, name in names.items() if name in self.request.POST}


class Decide(RunView):
    """Answers to the names of one page, doubtful or taken for something.

    What cannot be kept is shown again with its reason.
    """

    needs = (MAY_SEE, MAY_DECIDE)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep every answer that was given; the rest of the page goes as was said for it."""
        sent = [int(pk) for pk in request.POST.getlist("line") if pk.isdecimal() and len(pk) < 18]
        lines = self.run.lines.filter(pk__in=sent[:100], outcome__in=runs.NAMES).select_related("run")
        faults: dict[int, str] = {}
        kept = 0
        for line in lines:
            answer = self._answer(line)
            if not answer:
                continue
            decision, _colon, slug = answer.partition(":")
            try:
                slug = _known(line, slug or self._typed(line)) if decision == "match" else ""
                if (line.decision, line.slug) == (decision, slug):
                    continue
                runs.decide(line, decision=decision, slug=slug, at=timezone.now())
                kept += 1
            except runs.RunNotPossible as error:
                faults[line.pk] = str(error)
        if kept:
            words = ngettext("%(n)d answer kept.", "%(n)d answers kept.", kept) % {"n": kept}
            messages.success(request, words + " " + _("Check again to see what it changes."))
        if faults:
            messages.error(request, _("Look at the names below that are marked."))
            return self.render_to_response(self.get_context_data(faults=faults), status=422)
        show = request.GET.get("show", "") if request.GET.get("show", "") in runs.NAMES else "doubtful"
        return redirect(f"{self.address}?show={show}&page={request.GET.get('page', '1')[:6]}")

    def _answer(self, line: ImportLine) -> str:
        given = str(self.request.POST.get(f"answer-{line.pk}", ""))
        if not given and self._typed(line):
            return "match:"
        if given or line.decision:
            return given
        rest = str(self.request.POST.get("rest", ""))
        if rest == "best":
            return f"match:{line.candidates[0]['slug']}" if line.candidates else ""
        return rest if rest in ("new", "skip") else ""

    def _typed(self, line: ImportLine) -> str:
        return str(self.request.POST.get(f"other-{line.pk}", "")).strip()[:200]


def _known(line: ImportLine, text: str) -> str:
    """The slug of a candidate, or of the one device or repair with this name. Raises RunNotPossible."""
    if text in {candidate["slug"] for candidate in line.candidates}:
        return text
    rows: Any = (
        RepairType.objects.filter(locale=default_locale())
        if line.kind == "repair"
        else Subject.objects.filter(kind=Subject.Kind.DEVICE)
    )
    found = list(rows.filter(Q(slug=text) | Q(name__iexact=text)).values_list("slug", flat=True)[:2]) if text else []
    if not found:
        words = _("Nothing in the catalogue is called %(name)r. Write its name as the catalogue does.")
        raise runs.RunNotPossible(words % {"name": text} if text else _("Write which one it is."))
    if len(found) > 1:
        raise runs.RunNotPossible(_("There are several of this name. Write its slug, as its address has it."))
    return str(found[0])


class Check(RunPage):
    """The dry run once more, with the columns as they are."""

    needs: tuple[str, ...] = (MAY_SEE, MAY_DECIDE)
    verb = "plan"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """There is nothing here but a button's address."""
        return redirect(self.address)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Hand it to the worker, unless that happened already or the import has gone on since the page was made."""
        run = self.run
        seen = request.POST.get("attempt", "")
        if self.verb == "apply" and self.to_check_again:
            messages.warning(request, _("Something was decided since the check. Check again, then write."))
        elif run.status in FROM[self.verb] and seen == str(run.attempt):
            if words := work.ask(run, self.verb):
                messages.error(request, words)
        elif run.status not in ImportRun.BUSY and not work.waiting(run):
            messages.warning(request, _("This import has gone on since you opened the page. This is how it is now."))
        return redirect(self.address)


class Confirm(Check):
    """Asks once more before the catalogue is written or taken back, with the counts in words."""

    needs = MAY_WRITE
    template_name = "wagtailadmin/mendwell/import_confirm.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The question; the import's own page when there is nothing to ask."""
        run = self.run
        if run.status not in FROM[self.verb] or work.waiting(run) or (self.verb == "apply" and self.to_check_again):
            return redirect(self.address)
        return self.render_to_response(self.get_context_data())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Where this is."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_page_title(self) -> str:
        """What is asked."""
        return str(self.page_title)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The counts."""
        return super().get_context_data(
            **kwargs, view=self, run=self.run, action=reverse(f"imports:{self.verb}", args=[self.run.pk])
        )


class Apply(Confirm):
    """Write it."""

    verb = "apply"
    page_title = gettext_lazy("Write this import?")


class Undo(Confirm):
    """Take it back."""

    verb = "undo"
    page_title = gettext_lazy("Take this import back?")
