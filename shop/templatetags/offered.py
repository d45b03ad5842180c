"""What a page of words may show of the shop: live prices, read once for the page."""

from typing import Any

from django import template
from django.utils import timezone

from cms.sites import site_for
from shop.storefront.offered import Offered, offered

register = template.Library()


@register.simple_tag(takes_context=True)
def offered_repairs(context: Any, limit: int = 8) -> list[Offered]:
    """The shop's repairs with their lowest prices, in three statements for the whole page."""
    request = context.get("request")
    return offered(site=site_for(request), at=timezone.now(), limit=limit) if request else []
