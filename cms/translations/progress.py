"""How far the translation of a page or snippet is: what waits, what was written, what changed since. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Exists, Max, OuterRef, Q
from wagtail.models import TaskState, TranslatableMixin, WorkflowState
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationLog


@dataclass(frozen=True)
class Progress:
    """One translation now. `row` is the page or snippet in its language; counts are of sentences.

    `written_at`: when all of it was last sent or published; `changed`: sentences or their source changed after that.
    """

    translation: Translation
    row: Any
    total: int
    missing: int
    written_at: datetime | None
    changed: bool
    waiting: TaskState | None
    sent_back: str | None

    @property
    def done(self) -> int:
        return self.total - self.missing

    @property
    def is_current(self) -> bool:
        """Nothing is left to do: whole, unchanged since it was written, and live."""
        return bool(self.row.live and not self.missing and not self.changed and not self.waiting)

    @property
    def may_be_sent(self) -> bool:
        """Whole, with something new, and not waiting already."""
        return not self.missing and not self.waiting and (self.changed or not self.row.live)


def translation_into(row: Any) -> Translation | None:
    """The open translation whose result this row is; None for an original, and for one that people edit by hand."""
    if not isinstance(row, TranslatableMixin):
        return None
    found = Translation.objects.filter(
        source__object_id=row.translation_key, target_locale_id=row.locale_id, enabled=True
    )
    return found.select_related("source__locale", "target_locale").first()


def target_of(translation: Translation) -> Any:
    """The page or snippet in its language; None while there is none."""
    try:
        return translation.get_target_instance()
    except ObjectDoesNotExist:
        return None


def with_progress(translation: Translation) -> tuple[int, int]:
    """How many sentences there are, and how many of them wait for words. One statement."""
    spoken = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        locale_id=translation.target_locale_id,
        has_error=False,
    ).exclude(data="")
    rows = StringSegment.objects.filter(source_id=translation.source_id).annotate(spoken=Exists(spoken))
    counted = rows.aggregate(total=Count("pk"), missing=Count("pk", filter=Q(spoken=False)))
    return counted["total"], counted["missing"]


def progress_of(translation: Translation, row: Any) -> Progress:
    """Everything that the panel above a translation shows. Five statements."""
    total, missing = with_progress(translation)
    written_at = logs_of(translation).aggregate(at=Max("created_at"))["at"]
    words = StringTranslation.objects.filter(
        context__object_id=translation.source.object_id, locale_id=translation.target_locale_id
    )
    newest = max(
        filter(None, [words.aggregate(at=Max("updated_at"))["at"], translation.source.last_updated_at]), default=None
    )
    state = row.current_workflow_state
    task = state.current_task_state if state else None
    asked = task if task and state.status == WorkflowState.STATUS_NEEDS_CHANGES else None
    return Progress(
        translation=translation,
        row=row,
        total=total,
        missing=missing,
        written_at=written_at,
        changed=written_at is None or (newest is not None and newest > written_at),
        waiting=task if state and state.status == WorkflowState.STATUS_IN_PROGRESS else None,
        sent_back=asked.comment if asked else None,
    )


def logs_of(translation: Translation) -> Any:
    """What was written of it, whole each time."""
    return TranslationLog.objects.filter(source_id=translation.source_id, locale_id=translation.target_locale_id)
