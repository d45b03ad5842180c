"""A draft is looked at by its editor, for a while, and by nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, GroupPagePermission, Locale, Workflow, WorkflowTask
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from cms.models import FAQ, CommonIssue, DraftPreview, LandingPage, RepairType, StorefrontPage, Subject
from cms.previews import tokens as previews
from site_config import checks
from tests.api.callers import Caller, fault
from tests.api.content import make_pages, published
from tests.factories import Shop, make_user

NOW = timezone.now()
ELSEWHERE = {
    "default": [
        {
            "NAME": "Website",
            "PREVIEW_URL": "https://www.example.com/preview/?secret=1",
            "URL": "https://www.example.com",
        },
        {"NAME": "App", "PREVIEW_URL": "/app/preview/"},
    ]
}


@pytest.fixture
def pages(shop: Shop) -> dict[str, Any]:
    return make_pages(shop)


def editor(email: str = "editor@example.com", *kinds: type, root: Any = None) -> Any:
    """Somebody who may change these snippets and, given a root, the pages below it."""
    user = make_user(email)
    group, _ = Group.objects.get_or_create(name=f"of {email}")
    names = ["access_admin"]
    names += [f"{verb}_{kind._meta.model_name}" for kind in kinds for verb in ("add", "change")]
    group.permissions.add(*Permission.objects.filter(codename__in=names))
    if root is not None:
        for codename in ("add_page", "change_page"):
            GroupPagePermission.objects.create(
                group=group, page=root, permission=Permission.objects.get(codename=codename)
            )
    user.groups.add(group)
    return type(user).objects.get(pk=user.pk)


def gone(token: str, at: Any = None) -> bool:
    try:
        previews.read(token, at=at or timezone.now())
    except previews.PreviewGone:
        return True
    return False


# --- the token --------------------------------------------------------------------------------------------------------


def test_a_token_opens_the_draft_as_it_was_kept(shop: Shop) -> None:
    who = editor("e@example.com", FAQ)
    faq = FAQ.objects.create(question="Live?", answer="<p>x</p>", live=True, locale=Locale.get_default())
    faq.question = "Draft?"
    draft = previews.read(previews.keep(faq, editor=who, at=NOW), at=NOW)
    assert (draft.instance.question, draft.instance.pk, draft.editor) == ("Draft?", faq.pk, who)
    assert FAQ.objects.get(pk=faq.pk).question == "Live?"


def test_only_a_hash_of_the_token_is_kept(shop: Shop) -> None:
    token = previews.keep(shop.screen, editor=editor("e@example.com", RepairType), at=NOW)
    row = DraftPreview.objects.get()
    assert token not in str(vars(row)) and len(token) >= 40


def test_a_token_runs_out(shop: Shop, settings: Any) -> None:
    settings.PREVIEW_MINUTES = 5
    token = previews.keep(shop.screen, editor=editor("e@example.com", RepairType), at=NOW)
    assert not gone(token, NOW + timedelta(minutes=4, seconds=59))
    assert gone(token, NOW + timedelta(minutes=5))


def test_who_may_not_edit_any_more_may_not_look_any_more(shop: Shop) -> None:
    who = editor("e@example.com", RepairType)
    token = previews.keep(shop.screen, editor=who, at=NOW)
    who.groups.clear()
    assert gone(token)


def test_who_was_shut_out_may_not_look_any_more(shop: Shop) -> None:
    who = editor("e@example.com", RepairType)
    token = previews.keep(shop.screen, editor=who, at=NOW)
    type(who).objects.update(is_active=False)
    assert gone(token)


def test_an_editor_of_something_else_cannot_make_a_token_that_opens(shop: Shop, pages: dict[str, Any]) -> None:
    who = editor("e@example.com", FAQ)
    assert gone(previews.keep(shop.screen, editor=who, at=NOW))
    assert gone(previews.keep(pages["about"], editor=who, at=NOW))


def test_a_draft_of_what_was_deleted_is_gone(shop: Shop) -> None:
    faq = FAQ.objects.create(question="Live?", answer="x", live=True, locale=Locale.get_default())
    token = previews.keep(faq, editor=editor("e@example.com", FAQ), at=NOW)
    faq.delete()
    assert gone(token)


def test_what_was_never_saved_can_be_looked_at_with_the_right_to_add(shop: Shop, pages: dict[str, Any]) -> None:
    new = Subject(name="iPhone 99", slug="iphone-99", kind="device", parent=shop.iphone)
    assert previews.read(previews.keep(new, editor=editor("e@example.com", Subject), at=NOW), at=NOW).instance.name
    assert gone(previews.keep(new, editor=editor("f@example.com", FAQ), at=NOW))
    page = LandingPage(title="New", slug="new", body=[("text", "<p>Soon</p>")], locale=Locale.get_default())
    page.depth, page.path = pages["home"].depth + 1, pages["home"].get_last_child()._inc_path()
    page.set_url_path(pages["home"])
    who = editor("g@example.com", root=pages["home"])
    assert previews.read(previews.keep(page, editor=who, at=NOW), at=NOW).instance.title == "New"
    assert gone(previews.keep(page, editor=editor("h@example.com", FAQ), at=NOW))


def test_old_looks_are_forgotten_and_one_editor_cannot_fill_the_table(shop: Shop) -> None:
    who = editor("e@example.com", RepairType)
    for _ in range(35):
        token = previews.keep(shop.screen, editor=who, at=NOW)
    assert DraftPreview.objects.count() == 30
    assert previews.prune(at=NOW) == 0
    assert previews.prune(at=NOW + timedelta(hours=1)) == 30
    assert gone(token)


# --- the address for frontends ----------------------------------------------------------------------------------------


def test_every_failure_looks_alike(shop: Shop) -> None:
    who = editor("e@example.com", RepairType)
    over = previews.keep(shop.screen, editor=who, at=NOW - timedelta(days=1))
    stranger = previews.keep(shop.screen, editor=editor("f@example.com", FAQ), at=NOW)
    answers = [Caller().get(f"preview/?token={token}") for token in (over, stranger, "made-up", "", "x" * 150)]
    for answer in answers:
        fault(answer, 404, "preview_gone")
        assert answer["Cache-Control"] == "private, no-store"
    assert len({answer.content for answer in answers}) == 1


def test_a_draft_page_has_the_shape_of_the_public_one(shop: Shop, pages: dict[str, Any]) -> None:
    page = pages["offer"]
    page.title = "Screens, soon"
    page.body[0].value["heading"] = "A new promise"
    token = previews.keep(page, editor=editor("e@example.com", root=pages["home"]), at=NOW)
    draft = Caller().get(f"preview/?token={token}")
    assert draft.status_code == 200, draft.content
    assert draft["Cache-Control"] == "private, no-store"
    public, told = Caller().get("pages/?path=/screens/").json(), draft.json()
    assert set(told) == set(public) | {"draft", "kind", "expires_at"}
    assert (told["title"], public["title"]) == ("Screens, soon", "Screens")
    assert told["body"][0]["value"]["heading"] == "A new promise"
    assert [row["type"] for row in told["body"]] == [row["type"] for row in public["body"]]
    assert (told["kind"], told["draft"]) == ("page", True)


def test_a_draft_device_has_the_shape_of_the_public_one(shop: Shop) -> None:
    shop.iphone_8.name, shop.iphone_8.description = "iPhone 8 soon", "Home button."
    token = previews.keep(shop.iphone_8, editor=editor("e@example.com", Subject), at=NOW)
    told = Caller().get("preview/", X_Preview_Token=token).json()
    public = Caller().get("devices/iphone-8/").json()
    assert set(told) == set(public) | {"draft", "kind", "expires_at"}
    assert (told["name"], public["name"]) == ("iPhone 8 soon", "iPhone 8")
    assert told["description"]["text"] == "Home button."
    assert told["repairs"] == public["repairs"] or len(told["repairs"]) == len(public["repairs"])


@pytest.mark.parametrize("name", ["phones", "screen", "faq", "group", "issue"])
def test_every_snippet_can_be_looked_at_in_a_frontend(shop: Shop, pages: dict[str, Any], name: str) -> None:
    things = {"phones": shop.phones, "screen": shop.screen, "faq": pages["faq"], "group": pages["group"]}
    things["issue"] = CommonIssue(phrase="It got wet", subject=shop.iphone, locale=Locale.get_default())
    thing = things[name]
    for field in ("name", "question", "phrase"):
        if hasattr(thing, field):
            setattr(thing, field, "Draft words")
    token = previews.keep(thing, editor=editor("e@example.com", type(thing)), at=NOW)
    told = Caller().get(f"preview/?token={token}")
    assert told.status_code == 200, told.content
    assert b"Draft words" in told.content and told.json()["draft"] is True


def test_only_the_frontends_of_the_settings_read_drafts_from_a_browser(shop: Shop, settings: Any) -> None:
    settings.FRONTENDS, settings.ALLOWED_ORIGINS = ELSEWHERE, ["https://other.example"]
    token = previews.keep(shop.screen, editor=editor("e@example.com", RepairType), at=NOW)
    ours = Caller().get(f"preview/?token={token}", Origin="https://www.example.com")
    assert ours["Access-Control-Allow-Origin"] == "https://www.example.com"
    other = Caller().get(f"preview/?token={token}", Origin="https://other.example")
    assert "Access-Control-Allow-Origin" not in other
    settings.ALLOWED_ORIGINS = ["*"]
    open_list = Caller().get(f"preview/?token={token}", Origin="https://other.example")
    assert "Access-Control-Allow-Origin" not in open_list


# --- the editor's preview button --------------------------------------------------------------------------------------


def boss(client: Any) -> Any:
    user = make_user("owner@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def test_the_modes_are_this_site_and_the_frontends_of_the_settings(shop: Shop, pages: Any, settings: Any) -> None:
    settings.FRONTENDS = ELSEWHERE
    for thing in (pages["about"], shop.iphone_8, shop.screen, pages["faq"], pages["group"]):
        assert [str(name) for _, name in thing.preview_modes] == ["This site", "Website", "App"]
    assert [str(name) for _, name in pages["form"].preview_modes] == ["Form", "Landing page", "Website", "App"]


def posted(client: Any, address: str, **fields: Any) -> None:
    """What the admin's panel sends while somebody types."""
    answer = client.post(address, nested_form_data({"comments": inline_formset([]), **fields}))
    assert answer.json() == {"is_valid": True, "is_available": True}


def token_in(answer: Any, kind: str) -> str:
    """The token in the frame of a preview, whose address must be the frontend's."""
    begin = f"https://www.example.com/preview/?secret=1&amp;content_type={kind}&amp;token="
    assert (answer.status_code, begin in answer.content.decode()) == (200, True), answer.content.decode()[-600:]
    return answer.content.decode().split(begin)[1].split('"')[0]


def test_each_site_has_frontends_of_its_own(shop: Shop, pages: Any, settings: Any, client: Any) -> None:
    theirs = {"NAME": "Website", "PREVIEW_URL": "https://theirs.example.com/"}
    settings.FRONTENDS = {**ELSEWHERE, "theirs.example.com": [theirs]}
    assert [name for _, name in pages["about"].preview_modes][1:] == ["Website", "App"]
    assert [name for _, name in shop.screen.preview_modes][1:] == ["Website", "App", "Website (theirs.example.com)"]
    boss(client)
    other = client.get(f"/cms/pages/{pages['about'].pk}/view_draft/?mode=in-theirs-example-com-website")
    assert b"<iframe" not in other.content and not DraftPreview.objects.exists()
    shop.site.hostname = "theirs.example.com"
    shop.site.save()
    assert [name for _, name in pages["about"].preview_modes][1:] == ["Website (theirs.example.com)"]


def test_a_moderator_may_look_while_the_approval_is_theirs(shop: Shop) -> None:
    moderator = editor("m@example.com")
    faq = FAQ.objects.create(question="Live?", answer="<p>x</p>", live=True, locale=Locale.get_default())
    faq.save_revision()
    task = GroupApprovalTask.objects.create(name="Approve")
    task.groups.add(*moderator.groups.all())
    workflow = Workflow.objects.create(name="One step")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    workflow.start(faq, make_user("owner@example.com"))
    faq.refresh_from_db()
    token = previews.keep(faq, editor=moderator, at=NOW)
    assert not gone(token)
    faq.current_workflow_state.cancel()
    assert gone(token)


def test_the_preview_frames_the_frontend_with_a_token_that_opens_what_is_typed(
    shop: Shop, pages: Any, settings: Any, client: Any
) -> None:
    settings.FRONTENDS = ELSEWHERE
    boss(client)
    address = f"/cms/pages/{pages['about'].pk}/edit/preview/"
    posted(client, address, title="Typed, not saved", slug="about", body=rich_text("<p>We will mend.</p>"))
    answer = client.get(f"{address}?mode=in-website&in_preview_panel=true")
    told = Caller().get(f"preview/?token={token_in(answer, 'cms.contentpage')}").json()
    assert (told["title"], told["path"]) == ("Typed, not saved", "/about/")
    assert "We will mend." in told["body"][0]["value"]["html"]
    assert "frame-src 'self' https://www.example.com" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer["Cache-Control"]


def test_a_page_that_was_never_saved_is_shown_in_the_frontend(
    shop: Shop, pages: Any, settings: Any, client: Any
) -> None:
    settings.FRONTENDS = ELSEWHERE
    boss(client)
    address = f"/cms/pages/add/cms/contentpage/{pages['home'].pk}/preview/"
    posted(client, address, title="Brand new", slug="brand-new", body=rich_text("<p>Soon.</p>"))
    token = token_in(client.get(f"{address}?mode=in-website"), "cms.contentpage")
    told = Caller().get(f"preview/?token={token}").json()
    assert (told["title"], told["path"]) == ("Brand new", "/brand-new/")
    assert told["translations"] == [{"locale": "en-GB", "path": "/brand-new/"}]
    assert told["site"]["name"] == "Mendwell London"


def test_a_device_that_was_never_saved_is_shown_in_the_frontend(shop: Shop, settings: Any, client: Any) -> None:
    settings.FRONTENDS = ELSEWHERE
    boss(client)
    address = "/cms/snippets/cms/subject/preview/"
    typed = {"kind": "device", "parent": shop.iphone.pk, "name": "iPhone 99", "slug": "iphone-99", "icon": "smartphone"}
    posted(client, address, **typed, sort_order=0)
    token = token_in(client.get(f"{address}?mode=in-website"), "cms.subject")
    told = Caller().get(f"preview/?token={token}").json()
    assert (told["kind"], told["slug"], told["category"]["slug"]) == ("device", "iphone-99", "iphone")
    assert {repair["slug"] for repair in told["repairs"]} >= {"screen-repair", "battery-replacement"}


def test_words_around_a_screen_are_looked_at_on_the_screen_and_in_the_frontend(
    shop: Shop, pages: Any, settings: Any, client: Any
) -> None:
    settings.FRONTENDS = ELSEWHERE
    boss(client)
    words = published(pages["home"], StorefrontPage(title="Prices", slug="prices", screen="prices"))
    words.introduction = "Every price, soon."
    words.save_revision()
    here = client.get(f"/cms/pages/{words.pk}/view_draft/")
    assert "Every price, soon." in here.content.decode() and "no-store" in here["Cache-Control"]
    there = client.get(f"/cms/pages/{words.pk}/view_draft/?mode=in-website")
    told = Caller().get(f"preview/?token={token_in(there, 'cms.storefrontpage')}").json()
    assert (told["introduction"], told["screen"]) == ("Every price, soon.", "prices")
    assert "Every price, soon." not in client.get("/prices/").content.decode()


@pytest.mark.parametrize("which", ["about", "form", "offer", "help"])
def test_a_revision_is_looked_at_in_the_frontend(
    shop: Shop, pages: Any, settings: Any, client: Any, which: str
) -> None:
    settings.FRONTENDS = ELSEWHERE
    boss(client)
    page = pages[which]
    page.title = "Waiting for approval"
    page.save_revision()
    answer = client.get(f"/cms/pages/{page.pk}/view_draft/?mode=in-website")
    told = Caller().get(f"preview/?token={token_in(answer, 'cms.' + type(page).__name__.lower())}").json()
    assert (told["title"], told["type"]) == ("Waiting for approval", page._meta.label)


def test_nobody_can_name_another_frontend(shop: Shop, pages: Any, settings: Any, client: Any) -> None:
    settings.FRONTENDS = ELSEWHERE
    boss(client)
    answer = client.get(f"/cms/pages/{pages['about'].pk}/view_draft/?mode=https://evil.example/")
    assert answer.status_code == 200
    assert b"evil.example" not in answer.content and b"<iframe" not in answer.content


def test_a_stranger_gets_no_token(shop: Shop, pages: Any, client: Any) -> None:
    client.get(f"/cms/pages/{pages['about'].pk}/edit/preview/?mode=in-preview-client")
    assert not DraftPreview.objects.exists()


def test_a_snippet_is_previewed_on_the_page_where_it_will_stand(shop: Shop, client: Any) -> None:
    boss(client)
    shop.iphone_8.description = "Home button, soon."
    revision = shop.iphone_8.save_revision()
    address = reverse("wagtailsnippets_cms_subject:revisions_view", args=[shop.iphone_8.pk, revision.pk])
    answer = client.get(address)
    html = answer.content.decode()
    assert "Home button, soon." in html and "Screen repair" in html
    assert "no-store" in answer["Cache-Control"]
    assert "Home button, soon." not in client.get("/devices/iphone-8/").content.decode()


@pytest.mark.parametrize(
    ("address", "sound"),
    [
        ("https://www.example.com/preview/", True),
        ("http://localhost:3000/api/preview", True),
        ("/preview-client/", True),
        ("http://www.example.com/", False),
        ("//evil.example/", False),
        ("javascript:alert(1)", False),
        ("https://user@evil.example/", False),
    ],
)
def test_a_frontend_with_an_unsafe_address_stops_the_start(settings: Any, address: str, sound: bool) -> None:
    settings.FRONTENDS = {"default": [{"NAME": "Website", "PREVIEW_URL": address}]}
    assert (checks.frontends_are_sound(None) == []) is sound
