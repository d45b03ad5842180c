"""What every snippet has that editors write: drafts, revisions, schedule, workflow, lock and preview."""

from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from cms.models.previews import OnItsPage
from cms.versions import BumpsContent


class Published(
    BumpsContent,
    OnItsPage,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    models.Model,
):
    """A snippet that is written as a draft, approved, and published at once or at a time. Public queries say `live`."""

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="%(class)s")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="%(class)s",
        for_concrete_model=False,
    )

    class Meta:
        abstract = True

    @property
    def approved_schedule(self) -> bool:
        """Wagtail's; a list brings the answer with its rows (cms/admin/catalogue.py) instead of asking for each."""
        known = getattr(self, "_approved_schedule", None)
        return bool(super().approved_schedule if known is None else known)

    @property
    def revisions(self) -> Any:
        return self._revisions
