"""Handing an import to the worker from a page: once, however often the button is pressed."""

from django.core.cache import cache
from django.utils.translation import gettext as _

from catalogue_import import tasks
from catalogue_import.models import ImportRun

PATIENCE = 120  # seconds; after that the buttons are back, in case no worker runs


def ask(run: ImportRun, verb: str) -> str:
    """Queue plan, apply or undo. Returns words when something stands in the way, else nothing."""
    if waiting(run):
        return ""
    if ImportRun.objects.filter(site=run.site_id, status__in=ImportRun.BUSY).exclude(pk=run.pk).exists():
        return _("Another import is at work. Try again when it is done.")
    if cache.add(_name(run), verb, PATIENCE):
        tasks.queue(run, verb)
    return ""


def waiting(run: ImportRun) -> bool:
    """Whether it was asked for and no worker took it yet: taking a run counts its attempts up."""
    return run.status not in ImportRun.BUSY and bool(cache.get(_name(run)))


def _name(run: ImportRun) -> str:
    return f"import-asked-{run.pk}-{run.attempt}"
