"""The rules of booking are edited in Wagtail's admin."""

from datetime import date
from typing import Any

import pytest

from repairs.models import Closure
from tests.factories import make_staff, make_user

PAGES = ("bookingpolicy", "openinghours", "closure", "resource")


@pytest.fixture
def owner(shop: Any, client: Any) -> Any:
    """Somebody who may do everything, logged in."""
    user = make_user("owner@example.com")
    user.is_superuser = user.is_staff = True
    user.save()
    client.force_login(user)
    return user


@pytest.mark.parametrize("model", PAGES)
def test_lists_and_forms_answer(owner: Any, client: Any, model: str) -> None:
    assert client.get(f"/cms/{model}/").status_code == 200
    assert client.get(f"/cms/{model}/new/").status_code == 200


def test_an_editor_without_the_right_stays_out(shop: Any, client: Any) -> None:
    client.force_login(make_staff("editor@example.com", permissions=()))
    assert client.get("/cms/closure/").status_code in (302, 403)


def test_a_closed_day_is_added_and_taken_away_and_both_count_as_changes(owner: Any, shop: Any, client: Any) -> None:
    from cms.models import Version  # noqa: PLC0415

    def version() -> int:
        return Version.objects.get(site=shop.site, scope="policies").number

    before = version()
    client.post("/cms/closure/new/", {"site": shop.site.pk, "date": "2026-12-25", "reason": "Christmas"})
    closure = Closure.objects.get()
    assert (closure.date, version()) == (date(2026, 12, 25), before + 1)
    client.post(f"/cms/closure/delete/{closure.pk}/")
    assert not Closure.objects.exists()
    assert version() == before + 2
