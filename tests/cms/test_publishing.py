"""What editors publish is live and counted; what they draft is not seen."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Page, Site
from wagtail.search.backends import get_search_backend

from cms.models import FAQ, CommonIssue, ContentPage, FAQGroup, HomePage, RepairType, Subject, Version
from cms.versions import Scope, bump
from tests.factories import make_user
from tests.queue import work_off


def number(scope: str = Scope.CONTENT) -> int:
    return Version.objects.filter(scope=scope).values_list("number", flat=True).first() or 0


def test_publishing_a_device_counts_as_a_change(shop):
    before = number()
    shop.iphone_8.description = "Home button and glass back."
    shop.iphone_8.save_revision().publish()
    assert number() == before + 1


def test_saving_a_draft_changes_nothing_that_is_live(shop):
    before = number()
    shop.iphone_8.name = "iPhone 8 draft"
    shop.iphone_8.save_revision()
    assert number() == before
    assert Subject.objects.get(pk=shop.iphone_8.pk).name == "iPhone 8"


def test_unpublishing_counts_as_a_change(shop):
    before = number()
    shop.screen.unpublish()
    assert number() == before + 1
    assert not RepairType.objects.filter(live=True, pk=shop.screen.pk).exists()


def test_a_change_that_is_rolled_back_is_not_counted(shop):
    before = number(Scope.PRICES)
    with pytest.raises(RuntimeError), transaction.atomic():
        bump(Scope.PRICES)
        raise RuntimeError
    assert number(Scope.PRICES) == before


def test_one_site_can_be_counted_alone(shop):
    bump(Scope.POLICIES, site_id=Site.objects.get().pk)
    assert number(Scope.POLICIES) >= 1


def test_a_device_is_found_by_the_code_printed_on_it(shop):
    work_off()  # indexing is the worker's part
    found = get_search_backend().search("a1905", Subject.objects.filter(live=True))
    assert [subject.slug for subject in found] == ["iphone-8"]


def test_a_device_must_belong_to_a_category(shop):
    shop.iphone_8.parent = shop.phones
    with pytest.raises(ValidationError, match="category"):
        shop.iphone_8.clean()


@pytest.mark.parametrize("kind", [Subject, RepairType, CommonIssue, FAQGroup, FAQ])
def test_editors_can_list_and_add(shop, client, kind):
    client.force_login(make_user("owner@example.com", is_staff=True, is_superuser=True))
    base = f"/cms/snippets/cms/{kind._meta.model_name}/"
    assert client.get(base).status_code == 200
    assert client.get(f"{base}add/").status_code == 200


@pytest.mark.parametrize("name", ["screen", "iphone_8"])
def test_editors_see_a_preview_of_what_is_not_saved(shop, client, name):
    client.force_login(make_user("owner@example.com", is_staff=True, is_superuser=True))
    row = getattr(shop, name)
    response = row.make_preview_request()
    assert response.status_code == 200
    assert row.name in response.content.decode()


def test_deleting_a_question_counts_as_a_change(shop):
    faq = FAQ.objects.create(question="Really?", answer="<p>Yes.</p>", locale=shop.screen.locale, live=True)
    before = number()
    faq.delete()
    assert number() == before + 1


def test_deleting_several_snippets_at_once_counts_as_a_change(shop, client):
    faq = FAQ.objects.create(question="Really?", answer="<p>Yes.</p>", locale=shop.screen.locale, live=True)
    client.force_login(make_user("owner@example.com", is_staff=True, is_superuser=True))
    before = number()
    assert client.post(f"/cms/bulk/cms/faq/delete/?next=/cms/&id={faq.pk}").status_code == 302
    assert not FAQ.objects.exists()
    assert number() > before


def test_moving_a_page_counts_as_a_change(shop, client):
    root = Page.get_first_root_node()
    old, new = (root.add_child(instance=HomePage(title=name, slug=name, headline=name)) for name in ("old", "new"))
    page = old.add_child(instance=ContentPage(title="Terms", slug="terms"))
    client.force_login(make_user("owner@example.com", is_staff=True, is_superuser=True))
    before = number()
    assert client.post(f"/cms/pages/{page.pk}/move/{new.pk}/confirm/").status_code == 302
    assert Page.objects.get(pk=page.pk).get_parent().pk == new.pk
    assert number() > before
