"""Drafts that an editor looks at: in a frontend elsewhere by a token, and on the shop's own pages.

A token opens one draft of one editor for a few minutes. Only its hash is kept; each reading asks again whether the
editor may still edit the thing. Whatever is wrong with a token, the answer is the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wagtail.models import Page

from cms.models.previews import DraftPreview, hashed, keep
from cms.previews.drafts import draft_of, is_preview, with_draft

__all__ = ["Draft", "PreviewGone", "draft_of", "is_preview", "keep", "may_edit", "prune", "read", "with_draft"]

LONGEST_TOKEN = 100


class PreviewGone(Exception):
    """The draft cannot be looked at: token unknown, run out, editor gone or without the right, thing deleted."""

    code = "preview_gone"


@dataclass(frozen=True)
class Draft:
    """What a token opens. `instance` is the thing as the draft has it; it must never be saved."""

    instance: Any
    editor: Any
    expires_at: datetime


def read(token: str, *, at: datetime) -> Draft:
    """The draft of a token. Raises PreviewGone, for whatever reason."""
    rows = DraftPreview.objects.select_related("editor", "content_type")
    row = rows.filter(secret_hash=hashed(token), expires_at__gt=at).first() if len(token) <= LONGEST_TOKEN else None
    if row is None or not row.editor.is_active:
        raise PreviewGone("This preview is over.")
    instance = _rebuilt(row)
    if instance is None or not may_edit(row.editor, instance):
        raise PreviewGone("This preview is over.")
    return Draft(instance, row.editor, row.expires_at)


def _rebuilt(row: DraftPreview) -> Any:
    """The thing with the kept content; None when it, or its kind, is not there any more."""
    model: Any = row.content_type.model_class()
    if model is None:
        return None
    if not row.object_id:
        return model.from_serializable_data(row.content, check_fks=False, strict_fks=False)
    known = model._default_manager.filter(pk=row.object_id).first()
    return known.with_content_json(row.content) if known is not None else None


def may_edit(editor: Any, instance: Any) -> bool:
    """Whether the editor may edit, approve or (when it is new) add the thing now."""
    if not editor.is_active or not editor.has_perm("wagtailadmin.access_admin"):
        return False
    if isinstance(instance, Page):
        return _may_edit_page(editor, instance)
    policy = type(instance).snippet_viewset.permission_policy  # type: ignore[attr-defined]
    if not instance.pk:
        return bool(policy.user_has_permission(editor, "add"))
    if policy.user_has_any_permission(editor, ["change", "publish"]):
        return True
    task = instance.current_workflow_task
    return bool(task and task.user_can_access_editor(instance, editor))


def _may_edit_page(editor: Any, page: Page) -> bool:
    if page.pk:
        rights = page.permissions_for_user(editor)
        return bool(rights.can_edit() or rights.can_publish())
    parent = Page.objects.filter(path=page.path[: -Page.steplen]).first()
    return parent is not None and bool(parent.permissions_for_user(editor).can_add_subpage())


def prune(*, at: datetime) -> int:
    """Forget what no token opens any more; returns how many."""
    return DraftPreview.objects.filter(expires_at__lte=at).delete()[0]
