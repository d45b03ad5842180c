"""Pages of editors: where they may stand, what they show, and the starters of a landing page."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.text import slugify
from wagtail.models import GroupPagePermission, Page, PageViewRestriction

from cms.models import FAQ, ContentPage, FAQGroup, FAQPage, FormPage, HomePage, LandingPage, StorefrontPage
from cms.starters import ready as starters
from shop.models import RepairOffer
from tests.factories import Shop, make_user
from tests.shop.block_pages import every_block, home_of, landing

BODY = LandingPage._meta.get_field("body").stream_block


@pytest.fixture
def home(shop: Shop) -> HomePage:
    return home_of(shop)


@pytest.fixture
def editor(home: HomePage) -> Any:
    """Somebody who may add and edit pages below the home page, but not publish them."""
    user = make_user("editor@example.com", is_staff=True)
    group = Group.objects.create(name="page writers")
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    for name in ("add_page", "change_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=name)
        GroupPagePermission.objects.create(group=group, page=home, permission=permission)
    user.groups.add(group)
    return user


def choice(home: Page) -> str:
    return f"/cms/landing-pages/new/{home.pk}/"


def test_a_home_page_stands_at_the_root_and_the_others_below_it(home: HomePage) -> None:
    root = Page.get_first_root_node()
    assert HomePage.can_create_at(root)
    assert not HomePage.can_create_at(home)
    for kind in (ContentPage, LandingPage, FAQPage, FormPage, StorefrontPage):
        assert kind.can_create_at(home), kind
        assert not kind.can_create_at(root), kind


def test_a_landing_page_may_have_pages_of_its_own_and_plain_pages_have_none(home: HomePage) -> None:
    offer = landing(home, [])
    assert ContentPage.can_create_at(offer)
    assert LandingPage.can_create_at(offer)
    assert not FAQPage.can_create_at(offer)
    assert not StorefrontPage.can_create_at(offer)
    words = home.add_child(instance=ContentPage(title="Words", slug="words"))
    assert words.creatable_subpage_models() == []


def test_a_site_has_one_page_of_all_questions(home: HomePage) -> None:
    home.add_child(instance=FAQPage(title="Help", slug="help"))
    assert not FAQPage.can_create_at(home)


def test_the_page_of_a_screen_keeps_the_screens_address(home: HomePage) -> None:
    with pytest.raises(ValidationError):
        StorefrontPage(title="Prices", slug="costs", screen="prices", path="1", depth=1).full_clean()


def test_questions_stand_group_by_group_and_those_about_one_device_stay_away(
    client: Client, home: HomePage, shop: Shop
) -> None:
    paying = FAQGroup.objects.create(name="Paying", slug="paying", sort_order=2, live=True, locale=home.locale)
    booking = FAQGroup.objects.create(name="Booking", slug="booking", sort_order=1, live=True, locale=home.locale)
    hidden = FAQGroup.objects.create(name="Secret", slug="secret", live=False, locale=home.locale)
    for question, group, subject in (
        ("Can I pay?", paying, None), ("Can I book?", booking, None), ("And else?", None, None),
        ("Of a hidden group?", hidden, None), ("About a phone?", None, shop.iphone), ("Draft?", booking, None),
    ):  # fmt: skip
        FAQ.objects.create(
            question=question, answer="<p>Yes.</p>", group=group, subject=subject, locale=home.locale,
            live=question != "Draft?",
        )  # fmt: skip
    home.add_child(instance=FAQPage(title="Help", slug="help"))
    body = client.get("/help/").content.decode().split("<main")[1]
    places = [body.index(f"<h3>{words}") for words in ("Can I book?", "Can I pay?", "And else?")]
    assert places == sorted(places)
    assert "Of a hidden group?" in body
    assert "Secret" not in body
    assert "About a phone?" not in body
    assert "Draft?" not in body
    assert 'href="#q-booking"' in body


def test_a_shop_without_questions_says_so(client: Client, home: HomePage) -> None:
    home.add_child(instance=FAQPage(title="Help", slug="help"))
    assert "No questions yet" in client.get("/help/").content.decode()


def test_a_home_page_without_sections_shows_the_usual_ones(client: Client, home: HomePage, shop: Shop) -> None:
    body = client.get("/").content.decode()
    for words in ("What shall we mend?", "What it costs", "How it goes", "Opening hours", "Ready when you are"):
        assert words in body
    home.body = [{"type": "text", "value": "<p>Our own words.</p>"}]
    home.save_revision().publish()
    body = client.get("/").content.decode()
    assert "Our own words." in body
    assert "What shall we mend?" not in body


def test_a_landing_page_has_one_main_heading_with_or_without_a_hero(client: Client, home: HomePage) -> None:
    hero = {"heading": "The promise", "text": "", "image": None, "finder": False, "links": []}
    landing(home, [{"type": "hero", "value": hero}], slug="with")
    landing(home, [{"type": "text", "value": "<p>Words</p>"}, {"type": "hero", "value": hero}], slug="without")
    body = client.get("/with/").content.decode()
    assert body.count("<h1") == 1
    assert "The promise</h1>" in body
    body = client.get("/without/").content.decode()
    assert body.count("<h1") == 1
    assert "Screen repair in Brixton</h1>" in body
    assert "The promise</h2>" in body


def test_a_private_page_stays_private_though_restrictions_are_read_with_the_site(
    client: Client, home: HomePage
) -> None:
    offer, inner = landing(home, []), None
    inner = offer.add_child(instance=ContentPage(title="Inner", slug="inner"))
    assert client.get("/offer/inner/").status_code == 200
    PageViewRestriction.objects.create(page=offer, restriction_type=PageViewRestriction.LOGIN)
    for address in ("/offer/", "/offer/inner/"):
        assert client.get(address).status_code == 302
    assert inner.get_view_restrictions().count() == 1


def test_a_new_landing_page_begins_with_the_choice_of_a_starter(client: Client, home: HomePage, editor: Any) -> None:
    client.force_login(editor)
    asked = client.get(f"/cms/pages/add/cms/landingpage/{home.pk}/")
    assert asked.status_code == 302
    assert asked["Location"] == choice(home)
    body = client.get(choice(home)).content.decode()
    for starter in starters.STARTERS:
        assert f'value="{starter.slug}"' in body
    assert client.get(f"/cms/pages/add/cms/landingpage/{home.pk}/?starter=empty").status_code == 200
    assert client.get(f"/cms/pages/add/cms/contentpage/{home.pk}/").status_code == 200


@pytest.mark.parametrize("slug", [starter.slug for starter in starters.STARTERS])
def test_a_starter_becomes_a_draft_that_its_editor_may_change_and_nobody_else_sees(
    client: Client, home: HomePage, shop: Shop, editor: Any, slug: str
) -> None:
    FAQ.objects.create(question="Why?", answer="<p>So.</p>", locale=home.locale, live=True)
    client.force_login(editor)
    made = client.post(choice(home), {"starter": slug})
    page = LandingPage.objects.get(live=False)
    assert made["Location"] == f"/cms/pages/{page.pk}/edit/"
    assert client.get(made["Location"]).status_code == 200
    assert page.owner == editor
    assert page.latest_revision.user == editor
    assert client.get(f"/{page.slug}/").status_code == 404
    BODY.clean(page.latest_revision.as_object().body)  # it could be published as it stands
    page.latest_revision.publish()
    assert client.get(f"/{page.slug}/").status_code == 200


def test_the_same_starter_twice_makes_two_pages_with_addresses_of_their_own(
    client: Client, home: HomePage, editor: Any
) -> None:
    client.force_login(editor)
    for _ in range(3):
        client.post(choice(home), {"starter": "season"})
    pages = LandingPage.objects.order_by("pk")
    assert [page.title for page in pages] == ["A season", "A season 2", "A season 3"]
    for page in pages:  # the admin lets a slug follow its title as long as it is the title's own
        draft = page.latest_revision.as_object()
        assert page.slug == draft.slug == slugify(draft.title), page.title


def test_whoever_may_not_add_pages_there_makes_none(client: Client, home: HomePage, editor: Any) -> None:
    words = home.add_child(instance=ContentPage(title="Words", slug="words"))
    client.force_login(editor)
    assert client.post(choice(words), {"starter": "offer"}).status_code == 302  # sent to the admin's start, with a word
    assert client.post(choice(Page.get_first_root_node()), {"starter": "offer"}).status_code == 302
    client.force_login(make_user("guest@example.com"))
    assert client.post(choice(home), {"starter": "offer"}).status_code in {302, 403}
    client.logout()
    assert client.post(choice(home), {"starter": "offer"}).status_code == 302
    assert not LandingPage.objects.exists()


def test_an_unknown_starter_makes_no_page(client: Client, home: HomePage, editor: Any) -> None:
    client.force_login(editor)
    assert client.post(choice(home), {"starter": "nothing"}).status_code == 404
    assert client.post(choice(home)).status_code == 404
    assert not LandingPage.objects.exists()


def test_a_long_text_shows_its_contents_and_a_short_one_does_not(client: Client, home: HomePage) -> None:
    long = "".join(f"<h2>Part <b>{n}</b> &amp; more</h2><p>Words.</p>" for n in range(1, 5))
    home.add_child(instance=ContentPage(title="Terms", slug="terms", body=long))
    home.add_child(instance=ContentPage(title="Short", slug="short", body="<h2>One</h2><p>Words.</p>"))
    body = client.get("/terms/").content.decode()
    for number in range(1, 5):
        assert f'href="#part-{number}-more-{number}">Part {number} &amp; more</a>' in body
        assert f'id="part-{number}-more-{number}"' in body
    assert "On this page" not in client.get("/short/").content.decode()


def test_a_draft_that_is_not_saved_is_previewed_with_its_live_facts(home: HomePage, shop: Shop) -> None:
    page = landing(home, [])
    native = LandingPage.objects.get(pk=page.pk)
    native.body = BODY.to_python(every_block(shop, home))
    native.body = BODY.normalize([(child.block_type, child.value) for child in native.body])
    answer = native.make_preview_request()
    assert answer.status_code == 200
    body = answer.content.decode()
    assert "The promise" in body
    assert "/book/?device=iphone-13" in body
    assert 'alt="A counter"' in body
    assert LandingPage.objects.get(pk=page.pk).body.raw_data[:] == []


def test_an_editor_is_told_in_the_preview_why_visitors_see_nothing(client: Client, home: HomePage, shop: Shop) -> None:
    page = landing(home, [block for block in every_block(shop, home) if block["type"] == "offer"])
    RepairOffer.objects.all().delete()
    assert "visitors do not see the block" in page.make_preview_request().content.decode()
    body = client.get("/offer/").content.decode()
    assert "visitors do not see" not in body
    assert "One repair" not in body.split("<main")[1]
