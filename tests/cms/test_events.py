"""Whatever way an editor takes, a change is counted in its transaction and told once to those who listen."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from cms.models import FAQ, ContentPage, HomePage, LandingPage, ShopSettings, SiteMenus, Version
from notifications.models import Delivery
from tests.factories import make_user
from tests.notifications.receiver import hook

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(shop: Any) -> HomePage:
    page = Page.get_first_root_node().add_child(instance=HomePage(title="Shop", slug="shop", headline="Shop"))
    shop.site.root_page = page
    shop.site.save()
    return page


@pytest.fixture
def about(home: HomePage) -> LandingPage:
    return home.add_child(instance=LandingPage(title="About", slug="about"))


@pytest.fixture
def owner(client: Any) -> Any:
    client.force_login(make_user("owner@example.com", is_staff=True, is_superuser=True))
    return client


@pytest.fixture(autouse=True)
def listening(shop: Any) -> None:
    hook(shop.site, "https://front.example/hook")


def number() -> int:
    return Version.objects.get(scope="content").number


def told() -> list[tuple[str, dict[str, Any]]]:
    return [(row.kind, row.body["data"]) for row in Delivery.objects.order_by("pk")]


def form_of(page: Page, **more: Any) -> dict[str, Any]:
    """What the admin's form of a landing page sends."""
    return {
        "title": page.title,
        "slug": page.slug,
        "introduction": "",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
        **more,
    }


def test_publishing_a_page_in_the_admin_is_counted_and_told(owner: Any, about: LandingPage, shop: Any) -> None:
    before = number()
    sent = form_of(about, title="About us", **{"action-publish": "1"})
    assert owner.post(f"/cms/pages/{about.pk}/edit/", sent).status_code == 302
    assert LandingPage.objects.get().title == "About us"
    assert number() > before
    facts = {"type": "cms.LandingPage", "id": about.pk, "locale": "en-GB", "path": "/about/", "version": number()}
    assert told() == [("content.published", {**facts, "site": shop.site.root_url})]


def test_a_draft_is_neither_counted_nor_told(owner: Any, about: LandingPage) -> None:
    before = number()
    assert owner.post(f"/cms/pages/{about.pk}/edit/", form_of(about, title="Draft")).status_code == 302
    assert (number(), told()) == (before, [])


def test_a_page_that_is_published_later_is_told_when_its_time_has_come(about: LandingPage) -> None:
    about.title, about.go_live_at = "Later", timezone.now() + timedelta(hours=1)
    revision = about.save_revision()
    before = number()
    revision.publish()
    assert (number(), told()) == (before, [])
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    content = revision.content | {"go_live_at": (timezone.now() - timedelta(minutes=1)).isoformat()}
    type(revision).objects.filter(pk=revision.pk).update(content=content)
    call_command("publish_scheduled", verbosity=0)
    assert number() > before
    assert [(kind, facts["path"]) for kind, facts in told()] == [("content.published", "/about/")]


def test_unpublishing_a_page_in_the_admin_is_counted_and_told(owner: Any, about: LandingPage) -> None:
    before = number()
    assert owner.post(f"/cms/pages/{about.pk}/unpublish/").status_code == 302
    assert number() > before
    assert [(kind, facts["path"]) for kind, facts in told()] == [("content.unpublished", "/about/")]


def test_deleting_a_page_in_the_admin_tells_of_each_page_below_it_too(owner: Any, about: LandingPage) -> None:
    about.add_child(instance=ContentPage(title="Team", slug="team"))
    before = number()
    assert owner.post(f"/cms/pages/{about.pk}/delete/").status_code == 302
    assert number() > before
    assert sorted((facts["path"], kind, facts["type"]) for kind, facts in told()) == [
        ("/about/", "content.deleted", "cms.LandingPage"),
        ("/about/", "content.unpublished", "cms.LandingPage"),
        ("/about/team/", "content.deleted", "cms.ContentPage"),
        ("/about/team/", "content.unpublished", "cms.ContentPage"),
    ], "Wagtail unpublishes what it deletes"


@pytest.mark.parametrize("action", ["unpublish", "delete"])
def test_many_pages_at_once_are_counted_and_told(owner: Any, about: LandingPage, action: str) -> None:
    before = number()
    assert owner.post(f"/cms/bulk/wagtailcore/page/{action}/?next=/cms/&id={about.pk}").status_code == 302
    assert number() > before
    kinds = ["content.unpublished", "content.deleted"] if action == "delete" else ["content.unpublished"]
    assert [(kind, facts["type"]) for kind, facts in told()] == [(kind, "cms.LandingPage") for kind in kinds]


def test_moving_a_page_tells_where_it_was(owner: Any, about: LandingPage, home: HomePage) -> None:
    page = home.add_child(instance=ContentPage(title="Team", slug="team"))
    before = number()
    assert owner.post(f"/cms/pages/{page.pk}/move/{about.pk}/confirm/").status_code == 302
    assert number() > before
    [(kind, facts)] = told()
    assert (kind, facts["path"], facts["old_path"]) == ("content.moved", "/about/team/", "/team/")


def test_another_slug_is_told_as_a_move_and_the_old_address_leads_on(
    owner: Any, about: LandingPage, client: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        sent = form_of(about, slug="us", **{"action-publish": "1"})
        assert owner.post(f"/cms/pages/{about.pk}/edit/", sent).status_code == 302
    assert [(kind, facts.get("old_path"), facts["path"]) for kind, facts in told()] == [
        ("content.published", None, "/us/"),
        ("content.moved", "/about/", "/us/"),
    ]
    client.logout()
    answer = client.get("/about/")
    assert (answer.status_code, answer["Location"].endswith("/us/")) == (301, True)


def test_a_snippet_is_told_by_slug_and_kind(shop: Any) -> None:
    shop.iphone_8.save_revision().publish()
    shop.iphone_8.unpublish()
    [(first, facts), (second, _)] = told()
    assert (first, second) == ("content.published", "content.unpublished")
    assert (facts["type"], facts["kind"], facts["slug"]) == ("cms.Subject", "device", "iphone-8")


def test_unpublishing_and_deleting_a_snippet_in_the_admin_is_counted_and_told(owner: Any, shop: Any) -> None:
    faq = FAQ.objects.create(question="Really?", answer="<p>Yes.</p>", locale=shop.screen.locale, live=True)
    before = number()
    assert owner.post(f"/cms/snippets/cms/faq/unpublish/{faq.pk}/").status_code == 302
    assert number() > before
    other = FAQ.objects.create(question="So?", answer="<p>Yes.</p>", locale=shop.screen.locale, live=True)
    assert owner.post(f"/cms/snippets/cms/faq/delete/{other.pk}/").status_code == 302
    assert [(kind, facts["id"]) for kind, facts in told()] == [
        ("content.unpublished", faq.pk),
        ("content.deleted", other.pk),
    ]


def test_what_was_never_live_is_deleted_silently(shop: Any) -> None:
    faq = FAQ.objects.create(question="Really?", answer="<p>Yes.</p>", locale=shop.screen.locale, live=False)
    faq.delete()
    assert told() == []


def test_a_publishing_that_fails_is_neither_counted_nor_told(
    shop: Any, monkeypatch: pytest.MonkeyPatch, about: LandingPage
) -> None:
    def broken(**values: Any) -> None:
        raise RuntimeError

    revision, before = about.save_revision(), number()
    monkeypatch.setattr("notifications.systems.webhooks.post", broken)
    with pytest.raises(RuntimeError):
        revision.publish()
    assert (number(), told()) == (before, [])


def test_menus_and_details_of_the_shop_are_told_to_their_site(shop: Any) -> None:
    ShopSettings.for_site(shop.site).save()
    SiteMenus.for_site(shop.site).save()
    assert {facts["type"] for _kind, facts in told()} == {"cms.ShopSettings", "cms.SiteMenus"}


def test_another_picture_redirect_or_host_is_counted(shop: Any) -> None:
    image = get_image_model().objects.create(title="Shop", file=get_test_image_file())
    for change in (image.save, Redirect(old_path="/old", redirect_link="/new/").save, shop.site.save, image.delete):
        before = number()
        change()
        assert number() > before
