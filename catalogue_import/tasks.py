"""What the worker does for imports. A task that takes long is handed to a second worker: the claim refuses that one."""

from django.apps import apps
from django.utils import timezone
from django_q.tasks import async_task

from catalogue_import import runs
from catalogue_import.models import ImportRun
from catalogue_import.reading.limits import FileNotReadable
from cms import publishing

LONGEST = 1800  # seconds; the queue's own limit is a minute
VERBS = {"plan": runs.plan, "apply": runs.apply, "undo": runs.undo}


def queue(run: ImportRun, verb: str) -> None:
    """Put a verb of `runs.py` into the work queue: plan, apply or undo."""
    if verb not in VERBS:
        raise ValueError(verb)
    async_task("catalogue_import.tasks.work", run.pk, verb, task_name=f"import {verb}", timeout=LONGEST)


def work(run_id: int, verb: str) -> str:
    """Run a verb now. What stops it is told by the run itself; a second worker finds it busy and leaves it."""
    run = ImportRun.objects.get(pk=run_id)
    try:
        VERBS[verb](run, at=timezone.now())
    except (runs.RunBusy, runs.RunNotPossible, FileNotReadable) as error:
        return str(error)
    return run.status


def index(label: str, pks: list[int]) -> None:
    """Bring the admin's search and references up to date with what a large import wrote."""
    publishing.index_many(apps.get_model(label), pks)


def forget() -> int:
    """Remove uploaded files that are thirty days old; for the schedule."""
    return runs.forget(at=timezone.now())
