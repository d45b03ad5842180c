"""What each role can do in Wagtail's admin, asked by real requests; written by a command that may be repeated."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Workflow, WorkflowContentType, WorkflowPage

from cms.models import FAQ, ContentPage, HomePage, RepairType, Subject
from site_config.roles import WORKFLOW, make_roles
from tests.cms.editors import KINDS, approve, at, faq_form, person, repair_form, send
from tests.factories import Shop
from tests.shop.statements import counted

STAFF = ("owner", "editor", "moderator", "translator")


@pytest.fixture
def home(shop: Shop) -> Any:
    page = Page.get_first_root_node().add_child(instance=HomePage(title="Home", slug="the-home", headline="Mended"))
    shop.site.root_page = page
    shop.site.save()
    return page


def opens(browser: Client, address: str) -> bool:
    """Whether the page is shown: who may not is sent away or refused."""
    return bool(browser.get(address).status_code == 200)


OPEN: dict[str, tuple[str, ...]] = {
    "/cms/": STAFF,
    "/cms/snippets/cms/subject/": STAFF,
    "/cms/snippets/cms/subject/add/": ("owner", "editor", "moderator"),
    "/cms/snippets/cms/repairtype/add/": ("owner", "editor", "moderator"),
    "/cms/snippets/cms/faq/add/": ("owner", "editor", "moderator"),
    "/cms/images/": ("owner", "editor", "moderator"),
    "/cms/settings/cms/shopsettings/{site}/": ("owner", "moderator"),
    "/cms/settings/cms/sitemenus/{site}/": ("owner", "moderator"),
    "/cms/repairoffer/": ("owner", "editor", "moderator"),
    "/cms/repairoffer/new/": ("owner", "editor", "moderator"),
    "/cms/pricerule/add/": ("owner", "moderator"),
    "/cms/price-table/": ("owner", "moderator"),
    "/cms/taxrate/": ("owner",),
    "/cms/siteshop/": ("owner",),
    "/cms/redirects/": ("owner", "moderator"),
    "/cms/users/": ("owner",),
    "/cms/webhooks/": ("owner",),
    "/cms/workflows/list/": ("owner",),
}


@pytest.mark.parametrize("role", [*STAFF, "technician", "desk", "customer"])
def test_each_role_opens_its_own_doors_and_no_other(shop: Shop, role: str) -> None:
    browser = person(role)
    opened = {address for address in OPEN if opens(browser, address.format(site=shop.site.pk))}
    assert opened == {address for address, roles in OPEN.items() if role in roles}


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("moderator", True), ("editor", False)])
def test_only_who_may_publish_publishes(shop: Shop, role: str, may: bool) -> None:
    form = repair_form(name="Glass", slug="screen-repair", subject=shop.iphone.pk)
    send(person(role), at(RepairType, "edit", shop.screen.pk), form, "publish")
    assert (RepairType.objects.get(pk=shop.screen.pk).name == "Glass") is may


def test_a_translator_leaves_originals_alone_and_adds_nothing(shop: Shop) -> None:
    browser = person("translator")
    browser.post(at(RepairType, "edit", shop.screen.pk), repair_form(name="Vidro", subject=shop.iphone.pk))
    shop.screen.refresh_from_db()
    assert (shop.screen.name, shop.screen.has_unpublished_changes) == ("Screen repair", False)
    browser.post(at(FAQ, "add"), faq_form())
    assert not FAQ.objects.exists()
    assert not opens(browser, at(Subject, "edit", shop.iphone_8.pk))


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("moderator", True), ("editor", False)])
def test_settings_of_the_shop_are_saved_by_owner_and_moderator_only(shop: Shop, role: str, may: bool) -> None:
    browser, address = person(role), f"/cms/settings/cms/shopsettings/{shop.site.pk}/"
    shown = browser.get(address)
    assert (shown.status_code == 200) is may
    data = {"name": "Mendwell Leeds"}
    if may:
        form = shown.context["form"]
        data = {name: form.initial.get(name) or "" for name in form.fields} | data
    browser.post(address, data)
    shop.site.shopsettings.refresh_from_db()
    assert (shop.site.shopsettings.name == "Mendwell Leeds") is may


def test_pages_of_an_editor_wait_for_a_moderator_as_snippets_do(home: Any, shop: Shop) -> None:
    editor, moderator = person("editor"), person("moderator")
    form = {
        "title": "About us", "slug": "about-us", "introduction": "", "body": "null", "seo_title": "",
        "search_description": "", "share_image": "", "canonical_address": "", "go_live_at": "", "expire_at": "",
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "1000", "action-submit": "1",
    }  # fmt: skip
    answer = editor.post(f"/cms/pages/add/cms/contentpage/{home.pk}/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    page = ContentPage.objects.get()
    assert not page.live
    body = moderator.get("/cms/").content.decode()
    assert "About us" in body and "Waiting for you" in body and "Today in the shop" in body
    state = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    assert editor.post(address, {"comment": ""}).status_code in {302, 403}
    page.refresh_from_db()
    assert not page.live, "nobody approves their own work without the right to"
    assert moderator.post(address, {"comment": ""}).status_code == 302
    page.refresh_from_db()
    assert page.live


def test_an_owner_may_approve_too(shop: Shop) -> None:
    editor, owner = person("editor"), person("owner")
    send(editor, at(FAQ, "add"), faq_form(), "submit")
    faq = FAQ.objects.get()
    approve(owner, faq)
    assert faq.live


def test_the_command_assigns_one_workflow_to_pages_and_every_kind_of_snippet(db: None) -> None:
    for _turn in range(2):
        call_command("prepare", verbosity=0)
    workflow = Workflow.objects.get(name=WORKFLOW)
    assert Workflow.objects.count() == 1
    assert WorkflowPage.objects.get(page=Page.get_first_root_node()).workflow == workflow
    kinds = {ContentType.objects.get_for_model(model, for_concrete_model=False) for model in KINDS}
    assert {row.content_type for row in WorkflowContentType.objects.filter(workflow=workflow)} == kinds


def test_what_an_owner_assigned_otherwise_stays(db: None) -> None:
    make_roles()
    other = Workflow.objects.create(name="Two pairs of eyes")
    kind = ContentType.objects.get_for_model(FAQ, for_concrete_model=False)
    WorkflowContentType.objects.filter(content_type=kind).update(workflow=other)
    make_roles()
    assert WorkflowContentType.objects.get(content_type=kind).workflow == other


def test_a_right_that_a_role_lost_is_taken_away_where_it_was_given_before(db: None) -> None:
    editor = Group.objects.create(name="editor")
    editor.permissions.add(Permission.objects.get(codename="change_shopsettings"))
    make_roles()
    assert not editor.permissions.filter(codename="change_shopsettings").exists()


def test_the_start_page_takes_the_same_statements_for_many_drafts(shop: Shop) -> None:
    editor, moderator = person("editor"), person("moderator")

    def statements() -> int:
        with counted() as seen:
            assert "Waiting for you" in moderator.get("/cms/").content.decode()
        return len(seen)

    statements()
    empty = statements()
    for number in range(3):
        send(editor, at(FAQ, "add"), faq_form(question=f"Question {number}?"))
    assert statements() <= empty
