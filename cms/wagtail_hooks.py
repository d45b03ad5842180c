"""Our part of Wagtail's admin, and what is done there past our models."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path
from django.utils.html import format_html
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail_localize import wagtail_hooks as localize

from cms.admin import translating
from cms.admin.bulk import PublishMany, UnpublishMany
from cms.admin.catalogue import Catalogue
from cms.admin.home import Waiting
from cms.forms.listing import DeleteAnswers, only_for_readers
from cms.models import FAQ, CommonIssue, FAQGroup, RepairType
from cms.starters.page import ChooseStarter, offer_starters
from cms.translations.rights import SnippetRights

for model in (RepairType, CommonIssue, FAQGroup, FAQ):  # first of all: Wagtail takes no policy once it has looked
    register_permission_policy(model, SnippetRights(model))


@hooks.register("insert_global_admin_css")  # type: ignore[untyped-decorator]
def brand() -> str:
    """The colours of the house for the admin."""
    return format_html('<link rel="stylesheet" href="{}">', static("mendwell/wagtail.css"))


register_snippet(Catalogue)
hooks.register("register_bulk_action", PublishMany)
hooks.register("register_bulk_action", UnpublishMany)


@hooks.register("construct_homepage_panels")
def panels_of_home(request: HttpRequest, panels: list[Any]) -> None:
    """What waits for this person comes first; Wagtail's news about itself is nobody's work."""
    panels[:] = [panel for panel in panels if getattr(panel, "name", "") != "whats_new_in_wagtail_version"]
    panels.append(Waiting())


hooks.register("filter_form_submissions_for_user", only_for_readers)


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def deleting_answers() -> list[Any]:
    """In the place of Wagtail's own address, which stands behind ours."""
    return [path("forms/submissions/<int:page_id>/delete/", DeleteAnswers.as_view())]


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def starters() -> list[Any]:
    """The choice that stands before a new landing page."""
    return [path("landing-pages/new/<int:parent_id>/", ChooseStarter.as_view(), name="landing_starters")]


hooks.register("before_create_page", offer_starters)

# wagtail-localize's buttons ask the database for each row of a list. Pages keep theirs in the head of their form.
hooks._hooks["register_snippet_listing_buttons"].remove((localize.register_snippet_listing_buttons, 0))
hooks._hooks["register_page_listing_more_buttons"].remove((localize.page_listing_more_buttons, 0))
hooks.register("register_snippet_listing_buttons", translating.translate_button)

# It answers the same hooks: ours come first.
hooks.register("before_edit_snippet", translating.leave_originals_alone, order=-2)
hooks.register("before_edit_page", translating.publish_whole_only, order=-1)
hooks.register("before_edit_snippet", translating.publish_whole_only, order=-1)
hooks.register("register_admin_urls", translating.addresses, order=-1)
hooks.register("construct_page_action_menu", translating.without_copies)
