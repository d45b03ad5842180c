"""Who may write what in which language: whoever may change words but not add any changes translations only.

So a translator leaves the originals alone, in the admin and in Wagtail's API, without a right for each language.
"""

from typing import Any

from django.conf import settings
from wagtail.models import Locale, PagePermissionTester
from wagtail.permission_policies import ModelPermissionPolicy

SUBMIT = "wagtail_localize.submit_translation"


def is_original(row: Any, user: Any) -> bool:
    """Whether it is in the language that everything is written in first. One statement for each person and request."""
    if not hasattr(user, "_first_locale"):
        user._first_locale = Locale.objects.filter(language_code=settings.LANGUAGE_CODE).values_list("pk", flat=True)[0]
    return bool(row.locale_id == user._first_locale)


class PageRights(PagePermissionTester):
    """What somebody may do with a page."""

    def __init__(self, user: Any, page: Any) -> None:
        super().__init__(user, page)
        known: set[str] = getattr(self, "permissions", set())
        self.only_translates = "change" in known and not known & {"add", "publish"}
        if self.only_translates and is_original(page, user):
            self.permissions = known - {"change"}

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """As Wagtail says; who only translates deletes nothing."""
        return not self.only_translates and bool(super().can_delete(ignore_bulk))


class SnippetRights(ModelPermissionPolicy):
    """What somebody may do with a snippet that is translated."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """As the model says; to change an original takes the right to add one."""
        if not super().user_has_permission_for_instance(user, action, instance):
            return False
        free = action != "change" or user.is_superuser or self.user_has_permission(user, "add")
        return bool(free or not is_original(instance, user))
