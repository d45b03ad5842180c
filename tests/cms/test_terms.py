"""Which words customers agree to: what is published now, named by its revision and day."""

from typing import Any

import pytest
from wagtail.models import PageViewRestriction, Site

from cms import terms
from cms.models import ContentPage, ShopSettings
from cms.sites import default_site


def fresh(site: Any) -> Any:
    return Site.objects.get(pk=site.pk)


@pytest.fixture
def site(db: None) -> Any:
    return default_site()


def write(site: Any, slug: str = "terms", *, publish: bool = True) -> ContentPage:
    page = site.root_page.add_child(instance=ContentPage(title=slug.title(), slug=slug, live=False))
    revision = page.save_revision()
    if publish:
        revision.publish()
    ShopSettings.objects.update_or_create(site=site, defaults={f"{slug}_page": page})
    return page


def test_a_shop_without_terms_asks_for_nothing(site: Any, django_assert_num_queries: Any) -> None:
    ShopSettings.objects.get_or_create(site=site)
    assert terms.current(fresh(site)) == terms.Terms()


def test_the_version_names_page_revision_and_day(site: Any) -> None:
    page = write(site)
    page.refresh_from_db()
    found = terms.current(fresh(site)).terms
    assert found is not None
    day = page.last_published_at.date().isoformat()
    assert (found.title, found.version) == ("Terms", f"terms@{page.live_revision_id} {day}")
    assert found.url.endswith("/terms/")


def test_publishing_again_is_another_version_and_a_draft_is_none(site: Any) -> None:
    page = write(site)
    first = terms.current(fresh(site)).terms_version
    page.title = "Other terms"
    revision = page.save_revision()
    assert terms.current(fresh(site)).terms_version == first
    revision.publish()
    assert terms.current(fresh(site)).terms_version != first


def test_what_is_not_public_is_agreed_to_by_nobody(site: Any) -> None:
    write(site, publish=False)
    assert terms.current(fresh(site)).terms is None
    hidden = write(site, "privacy")
    assert terms.current(fresh(site)).privacy_version
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    assert terms.current(fresh(site)).privacy_version == ""


def test_long_addresses_fit_where_the_version_is_kept(site: Any) -> None:
    page = write(site)
    page.slug = "t" * 200
    page.save_revision().publish()
    assert len(terms.current(fresh(site)).terms_version) <= 80
