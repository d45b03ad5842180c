"""What migrations ask again and again is looked up once, and the answers are the same."""

from typing import Any

from django.apps import apps

from site_config.demo.schema import swappable_names_kept

ASKED = ("accounts.User", "shop.Payment", "wagtailimages.Image")


def test_a_name_is_looked_up_once_while_migrating_and_then_as_before() -> None:
    apps.clear_cache()
    before = [apps.get_swappable_settings_name(name) for name in ASKED]
    with swappable_names_kept():
        assert [apps.get_swappable_settings_name(name) for name in ASKED] == before
        type(apps)(installed_apps=()).clear_cache()  # as each state of the models does
        kept: Any = apps.get_swappable_settings_name
        assert kept.cache_info().currsize == len(ASKED)
    assert "get_swappable_settings_name" not in vars(apps)
    assert "AUTH_USER_MODEL" in before
