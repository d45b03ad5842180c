"""Drafts on their way: who hears of it, by the post room alone, in our words and with links that work."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, TaskState
from wagtail.test.utils.form_data import rich_text
from wagtail.users.models import UserProfile

from cms.models import FAQ, ContentPage, RepairType
from notifications import outbox
from notifications.models import Message
from tests.cms.editors import at, faq_form, person, repair_form, send
from tests.cms.editors_forms import home_of
from tests.factories import Shop, make_user

EDITOR, MODERATOR, OWNER = "editor@example.com", "moderator@example.com", "owner@example.com"


@pytest.fixture
def staff(shop: Shop) -> dict[str, Client]:
    return {role: person(role) for role in ("editor", "moderator", "owner")}


def answer(browser: Client, what: str, comment: str = "") -> None:
    """Approve or reject what waits, by its button."""
    step = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    thing = step.workflow_state.content_object
    place = at(type(thing), "workflow", "action", thing.pk)
    if isinstance(thing, Page):
        place = f"/cms/pages/workflow/action/{thing.pk}/"
    assert browser.post(f"{place}{what}/{step.pk}/", {"comment": comment}).status_code == 302


def told() -> list[tuple[str, str]]:
    return sorted(Message.objects.values_list("kind", "to"))


def hand_in(browser: Client, page: ContentPage) -> None:
    form = {
        "title": page.title, "slug": page.slug, "introduction": "", "body": rich_text("<p>Two benches.</p>"),
        "seo_title": "", "search_description": "", "go_live_at": "", "expire_at": "", "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    send(browser, f"/cms/pages/{page.pk}/edit/", form, "submit")


@pytest.fixture
def page(staff: dict[str, Client], shop: Shop) -> ContentPage:
    """A new page that the editor has handed in."""
    made: ContentPage = home_of(shop.site).add_child(
        instance=ContentPage(title="Our bench", slug="our-bench", live=False)
    )
    hand_in(staff["editor"], made)
    return made


def test_who_may_approve_hears_once_that_something_waits(staff: dict[str, Client]) -> None:
    make_user("root@example.com", is_staff=True, is_superuser=True)
    send(staff["editor"], at(FAQ, "add"), faq_form(), "submit")
    assert told() == [("content.submitted", to) for to in (MODERATOR, OWNER, "root@example.com")]
    assert mail.outbox == [], "nothing goes past the post room"
    asked = Message.objects.get(to=MODERATOR).context
    assert asked["subject"] == "Will Face ID work again?"
    path = urlsplit(asked["link"]).path
    assert path == at(FAQ, "edit", FAQ.objects.get().pk)
    assert staff["moderator"].get(path).status_code == 200


def test_who_handed_it_in_hears_what_came_of_it(staff: dict[str, Client], page: ContentPage) -> None:
    Message.objects.all().delete()
    answer(staff["moderator"], "reject", "Say where the bench is.")
    assert told() == [("content.sent_back", EDITOR)]
    back = Message.objects.get().context
    assert (back["subject"], back["body"], back["by"]) == ("Our bench", "Say where the bench is.", MODERATOR)
    assert urlsplit(back["link"]).path == f"/cms/pages/{page.pk}/edit/"
    assert staff["editor"].get(urlsplit(back["link"]).path).status_code == 200


def test_every_round_is_told_anew_and_the_approved_page_is_linked(staff: dict[str, Client], page: ContentPage) -> None:
    for _round in range(2):
        answer(staff["moderator"], "reject", "Shorter.")
        hand_in(staff["editor"], page)
    assert told().count(("content.sent_back", EDITOR)) == 2
    assert told().count(("content.submitted", MODERATOR)) == 3
    answer(staff["moderator"], "approve")
    good = Message.objects.get(kind="content.approved")
    assert (good.to, good.context["status"]) == (EDITOR, "It is on the site now.")
    path = urlsplit(good.context["link"]).path
    assert path == "/our-bench/"
    assert Client().get(path).status_code == 200


def test_what_is_approved_for_later_is_linked_where_it_is_edited(staff: dict[str, Client], page: ContentPage) -> None:
    draft = page.get_latest_revision_as_object()
    draft.go_live_at = timezone.now() + timedelta(days=1)
    revision = draft.save_revision()
    TaskState.objects.update(revision=revision)
    answer(staff["moderator"], "approve")
    good = Message.objects.get(kind="content.approved").context
    assert good["status"] == "It is not on the site yet."
    assert urlsplit(good["link"]).path == f"/cms/pages/{page.pk}/edit/"


def test_the_mail_can_be_read(staff: dict[str, Client]) -> None:
    send(staff["editor"], at(RepairType, "add"), repair_form(name="Face & ID"), "submit")
    answer(staff["moderator"], "reject", "Too dear.\nTry again.")
    for row in outbox.claim(at=timezone.now()):
        assert outbox.deliver(row, at=timezone.now())
    sent: Any = Message.objects.get(kind="content.sent_back")
    assert sent.subject == "Face & ID: please change something"
    assert f"{MODERATOR} asks for changes to “Face & ID”." in sent.text
    assert "Too dear.\nTry again." in sent.text
    assert "Too dear.<br>Try again." in sent.html and "Change the draft" in sent.html
    assert "asks you to approve “Face & ID”." in Message.objects.get(kind="content.submitted", to=MODERATOR).text


def test_nobody_is_told_of_what_they_did_themselves_or_asked_not_to_hear(staff: dict[str, Client]) -> None:
    owner = get_user_model().objects.get(email=OWNER)
    UserProfile.objects.update_or_create(user=owner, defaults={"submitted_notifications": False})
    send(staff["moderator"], at(FAQ, "add"), faq_form(), "submit")
    assert told() == []
    answer(staff["moderator"], "approve")
    assert told() == [], "whoever approves their own draft knows it"
