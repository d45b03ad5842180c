"""Who hears that a draft waits for approval, and what became of it: a mail each, through the post room.

Wagtail would send these itself, past the outbox. It still knows whom to tell and who does not want to be told (each
person's notifications in the admin); ours are connected under the names of its own, which so have no place.
"""

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.mail import (
    GroupApprovalTaskStateSubmissionEmailNotifier,
    WorkflowStateApprovalEmailNotifier,
    WorkflowStateRejectionEmailNotifier,
)
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted
from wagtail.users.models import UserProfile

from cms.letterhead import letterhead
from cms.sites import default_site, shop_settings
from notifications import outbox
from notifications.models import Contact


class ByPost:
    """Tells Wagtail's choice of people by a message of one kind, instead of by its own mail."""

    kind: str

    def __call__(self, instance: Any = None, user: Any = None, **more: Any) -> bool:
        """A state of a workflow or of a task has changed by this user."""
        if not self.can_handle(instance):  # type: ignore[attr-defined]
            return False
        for person in self.get_valid_recipients(instance, user=user):  # type: ignore[attr-defined]
            tell(self.kind, person, step=step_of(instance), by=user)
        return True


class Submitted(ByPost, GroupApprovalTaskStateSubmissionEmailNotifier):  # type: ignore[misc]
    """Whoever may approve hears that something waits."""

    kind = "content.submitted"


class Approved(ByPost, WorkflowStateApprovalEmailNotifier):  # type: ignore[misc]
    """Whoever submitted it hears that it was approved."""

    kind = "content.approved"


class SentBack(ByPost, WorkflowStateRejectionEmailNotifier):  # type: ignore[misc]
    """Whoever submitted it hears that it came back, and what was said."""

    kind = "content.sent_back"


def nobody(**more: Any) -> None:
    """Wagtail tells superusers once more that a workflow began; those who may approve have heard of it."""


# Signal, its sender, the name under which Wagtail connects its own, and what stands there instead.
TOLD = (
    (task_submitted, TaskState, "group_approval_task_submitted_email_notification", Submitted()),
    (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification", nobody),
    (workflow_approved, WorkflowState, "workflow_state_approved_email_notification", Approved()),
    (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification", SentBack()),
)


def listen() -> None:
    """Take the places of Wagtail's own mails, whether or not they are there already."""
    for signal, sender, name, teller in TOLD:
        signal.disconnect(sender=sender, dispatch_uid=name)
        signal.connect(teller, sender=sender, dispatch_uid=name)


def step_of(state: Any) -> Any:
    """The task in hand of a workflow's state; it is made anew each time the draft is handed in."""
    return state.current_task_state.specific if isinstance(state, WorkflowState) else state


def tell(kind: str, person: Any, *, step: Any, by: Any) -> None:
    """Post one message about the draft of a task's state to somebody of the staff, in their language of the admin."""
    thing = step.workflow_state.content_object
    live = type(thing)._base_manager.filter(pk=thing.pk, live=True).exists()  # approving may have published it
    site = (thing.get_site() if isinstance(thing, Page) else None) or default_site()
    language = UserProfile.get_for_user(person).preferred_language or settings.LANGUAGE_CODE
    with translation.override(language):
        status = _("It is on the site now.") if live else _("It is not on the site yet.")
    outbox.post(
        kind=kind,
        contact=Contact(site=site, email=person.email, language=language),
        context={
            **letterhead(shop_settings(site)),
            "customer_name": person.get_full_name(),
            "subject": str(thing.get_latest_revision_as_object()),
            "by": (by.get_full_name() or by.email) if by else "",
            "body": step.get_comment(),
            "status": status,
            "link": (page_of(thing) if live and kind == Approved.kind else "") or edit_link(person, thing),
        },
        dedupe_key=f"{kind}:{step.pk}:{person.pk}",
        at=timezone.now(),
    )


def page_of(thing: Any) -> str:
    """The address of a page; blank for what is shown on many."""
    return (thing.full_url if isinstance(thing, Page) else None) or ""


def edit_link(person: Any, thing: Any) -> str:
    """Where this person edits or approves it; blank for who may not."""
    path = AdminURLFinder(person).get_edit_url(thing)
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}" if path else ""
