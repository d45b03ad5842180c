"""The first panel of the admin's start page: what waits for this person, and what happens next by the clock."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.models import Revision, TaskState, WorkflowState

from cms.models import FormAnswer
from cms.sites import shop_settings, site_for

NEXT = 3
NEW_FOR = timedelta(days=7)


class Waiting(Component):
    """Drafts to approve, one's own drafts with others, what is published next, new answers. Six statements at most."""

    name = "waiting"
    template_name = "wagtailadmin/mendwell/waiting.html"
    order = 90

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Numbers, and the next moments with their names."""
        request, at = (parent_context or {})["request"], timezone.now()
        mine = WorkflowState.objects.filter(requested_by=request.user).values_list("status", flat=True)
        waiting = [WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES]
        open_states = list(mine.filter(status__in=waiting))
        coming = Revision.objects.filter(approved_go_live_at__gt=at).order_by("approved_go_live_at")
        answers = FormAnswer.objects.filter(submit_time__gte=at - NEW_FOR, suspected=False)
        may_read = request.user.has_perm("cms.change_formanswer")
        return {
            "to_approve": TaskState.objects.reviewable_by(request.user).count(),
            "with_others": open_states.count(WorkflowState.STATUS_IN_PROGRESS),
            "sent_back": open_states.count(WorkflowState.STATUS_NEEDS_CHANGES),
            "coming": list(coming.values("object_str", "approved_go_live_at")[:NEXT]),
            "answers": answers.count() if may_read else None,
            "zone": shop_settings(site_for(request)).zone,
        }
