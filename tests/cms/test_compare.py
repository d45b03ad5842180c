"""Versions of a page of blocks side by side."""

from typing import Any

import pytest
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from cms.blocks.samples import of
from cms.models import LandingPage
from tests.cms.editors import person
from tests.cms.editors_forms import home_of
from tests.factories import Shop


@pytest.mark.parametrize(("before", "after"), [(False, False), (False, True), (True, False)])
def test_versions_are_compared_with_and_without_a_picture(
    shop: Shop, before: bool, after: bool, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    image = get_image_model().objects.create(title="Bench", file=get_test_image_file())

    def hero(heading: str, shown: bool) -> list[dict[str, Any]]:
        picture = {"image": image.pk if shown else None, "decorative": False, "alt_text": "A bench" if shown else ""}
        return [{"type": "hero", "id": "one", "value": of("hero") | {"heading": heading, "image": picture}}]

    page = home_of(shop.site).add_child(instance=LandingPage(title="Offer", slug="offer"))
    page.body = hero("By Friday", before)
    first = page.save_revision(clean=False)
    page.body = hero("On Saturday", after)
    second = page.save_revision(clean=False)
    answer = person("moderator").get(f"/cms/pages/{page.pk}/revisions/compare/{first.pk}...{second.pk}/")
    told = answer.content.decode()
    assert answer.status_code == 200
    assert ">By Friday</span>" in told and ">On Saturday</span>" in told
    assert "<dd>None</dd>" not in told and ">None<" not in told
    assert ("A bench" in told) is (before or after)
