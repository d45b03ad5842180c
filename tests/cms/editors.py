"""People with a role in Wagtail's admin, and the forms that they fill in."""

from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import TaskState
from wagtail.test.utils.form_data import rich_text

from cms.models import FAQ, CommonIssue, FAQGroup, RepairType, Subject
from site_config.roles import make_roles
from tests.factories import make_user
from tests.remembered import remembered

ADMIN = "/cms/snippets/cms/"
SCHEDULE = {"go_live_at": "", "expire_at": ""}
HEAD = {"seo_title": "", "search_description": ""}


all_roles = remembered(make_roles)


def person(role: str) -> Client:
    """The browser of somebody with that role."""
    all_roles()
    user = make_user(f"{role}@example.com")
    user.groups.add(Group.objects.get(name=role))
    browser = Client()
    browser.force_login(user)
    return browser


def subject_form(**more: Any) -> dict[str, Any]:
    """A device as its form sends it."""
    return {
        "kind": "device", "parent": "", "name": "iPhone 14", "slug": "iphone-14", "brand": "Apple", "year": "2022",
        "model_codes": "A2882", "description": "", "preparation": "", "photo": "", "photo_alt": "",
        "icon": "smartphone", "sort_order": "0", **HEAD, **SCHEDULE, **more,
    }  # fmt: skip


def repair_form(**more: Any) -> dict[str, Any]:
    """A repair type as its form sends it."""
    return {
        "name": "Face ID repair", "slug": "face-id-repair", "subject": "", "summary": "So it knows you again.",
        "description": "", "preparation": "", "minutes": "90", "warranty_days": "90", "difficulty": "hard",
        "sort_order": "0", **HEAD, **SCHEDULE, **more,
    }  # fmt: skip


def issue_form(**more: Any) -> dict[str, Any]:
    """A common issue as its form sends it."""
    return {
        "phrase": "It does not know my face", "advice": "", "subject": "", "repair_type": "", "sort_order": "0",
        **SCHEDULE, **more,
    }  # fmt: skip


def faq_form(**more: Any) -> dict[str, Any]:
    """A question as its form sends it."""
    return {
        "question": "Will Face ID work again?", "answer": rich_text("<p>Yes, we calibrate it.</p>"), "group": "",
        "subject": "", "sort_order": "0", **SCHEDULE, **more,
    }  # fmt: skip


FORMS = {Subject: subject_form, RepairType: repair_form, CommonIssue: issue_form, FAQ: faq_form}
KINDS = (Subject, RepairType, CommonIssue, FAQGroup, FAQ)


def at(model: type[Any], *path: Any) -> str:
    """An address of the admin: at(FAQ, "edit", 3)."""
    return "/".join([f"{ADMIN}{model._meta.model_name}", *map(str, path)]) + "/"


def send(browser: Client, address: str, form: dict[str, Any], button: str = "") -> Any:
    """Send a form by one of its buttons: "submit", "publish", or nothing for a draft. It must be accepted."""
    answer = browser.post(address, {**form, **({f"action-{button}": "1"} if button else {})})
    assert answer.status_code == 302, answer.context["form"].errors if answer.context else answer.content[:300]
    return answer


def approve(browser: Client, row: Any) -> None:
    """Approve what waits, as the button of the moderator's start page does."""
    state = TaskState.objects.get(revision=row.latest_revision, status=TaskState.STATUS_IN_PROGRESS)
    answer = browser.post(at(type(row), "workflow", "action", row.pk, "approve", state.pk), {"comment": "Good."})
    assert answer.status_code == 302
    row.refresh_from_db()
