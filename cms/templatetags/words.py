"""Links to the pages that editors write."""

from typing import Any

from django import template
from django.utils.translation import get_language

from cms.sites import site_for

register = template.Library()

MOST = 10  # the footer is no sitemap


@register.simple_tag(takes_context=True)
def footer_pages(context: dict[str, Any]) -> list[dict[str, str]]:
    """Title and address of the live pages right below the home page, in the reader's language. Two statements.

    Empty without a request, as on a page that tells of an error.
    """
    request = context.get("request")
    if request is None:
        return []
    home = site_for(request).root_page
    if home.locale.language_code != get_language():
        home = home.localized
    pages = home.get_children().live().public().select_related("locale")[:MOST]
    return [{"title": page.title, "address": page.get_url(request)} for page in pages]
