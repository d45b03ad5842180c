"""The draft that an editor looks at on a page of the shop: it travels on the request, and views ask for it here.

It imports no model, so that pages can ask as well. `cms/models/previews.py` puts the draft on the request.
"""

from typing import TypeVar

from django.db.models import Model
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)


def draft_of(request: HttpRequest, model: type[Row]) -> Row | None:
    """The unsaved snippet of this kind that an editor looks at on a page of the shop; None for everybody else.

    A view that shows such a thing asks here first, and shows the draft in the place of the published row.
    """
    draft = getattr(request, "draft", None)
    if not isinstance(draft, model):
        return None
    request.draft_shown = True  # type: ignore[attr-defined]
    return draft


def is_preview(request: HttpRequest) -> bool:
    """Whether an editor looks at a draft on this page: what stands around it need not be published yet."""
    return getattr(request, "draft", None) is not None


def with_draft(request: HttpRequest, rows: list[Row], model: type[Row], *, belongs: bool = True) -> list[Row]:
    """Rows as they were published, with the draft in the place of its own row, or behind them when it is new.

    `belongs`: whether a new draft belongs among them.
    """
    draft = draft_of(request, model)
    if draft is None:
        return rows
    if any(row.pk == draft.pk for row in rows):
        return [draft if row.pk == draft.pk else row for row in rows]
    return [*rows, draft] if belongs else rows
