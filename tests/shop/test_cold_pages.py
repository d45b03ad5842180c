"""What a page costs right after something was published, when nothing that was kept is true any more.

The page cache stands in front of Django, so it is not in these numbers: the test client asks Django itself.
"""

from typing import Any

import pytest
from django.test import Client

from cms.models import FAQ, ShopSettings, Subject
from cms.versions import Scope, bump
from tests.api.content import make_pages
from tests.factories import Shop
from tests.shop.block_pages import picture
from tests.shop.statements import counted

ON_BOTH = pytest.mark.parametrize("database", ["here", pytest.param("postgres", marks=pytest.mark.postgres)])
# After a publication, and the next time.
PAGES = {
    "/": (12, 5),
    "/screens/": (18, 12),
    "/devices/iphone-8/": (12, 6),
    "/help/": (12, 5),
    "/contact/": (12, 5),
    "/prices/": (12, 6),
    "/api/v1/pages/?path=/": (12, 5),
    "/api/v1/pages/?path=/screens/": (18, 12),
    "/api/v1/devices/iphone-8/": (12, 6),
    "/api/v1/pages/?path=/help/": (12, 5),
    "/api/v1/pages/?path=/contact/": (12, 5),
}


@pytest.fixture
def pages(shop: Shop) -> dict[str, Any]:
    """A shop with every kind of page, a logo, a picture for links, and photos of devices."""
    made = make_pages(shop)
    details, photo = ShopSettings.for_site(shop.site), picture("logo")
    details.logo = details.share_image = photo
    details.save()
    Subject.objects.filter(pk=shop.phones.pk).update(photo=picture("phones"))
    return made


def statements(client: Client, path: str) -> list[str]:
    with counted() as sent:
        assert client.get(path).status_code == 200
    return sent


@ON_BOTH
@pytest.mark.parametrize("path", PAGES)
def test_a_page_costs_few_statements_right_after_something_was_published(
    client: Client, pages: dict[str, Any], path: str, database: str
) -> None:
    bump(Scope.CONTENT)
    client.get(path)  # pictures are made in their sizes once
    FAQ.objects.first().save_revision().publish()
    first, most = statements(client, path), PAGES[path]
    assert len(first) <= most[0], "\n".join(first)
    again = statements(client, path)
    assert len(again) <= most[1], "\n".join(again)


@pytest.mark.parametrize("path", ["/", "/screens/", "/api/v1/pages/?path=/screens/"])
def test_what_was_published_is_on_the_very_next_page(client: Client, pages: dict[str, Any], path: str) -> None:
    page = pages["about"]
    client.get(path)
    page.title = "Who mends here"
    page.save_revision().publish()
    assert "Who mends here" in client.get(path).content.decode()
