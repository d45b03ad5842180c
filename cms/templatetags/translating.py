"""The panel above a translation in the admin."""

import json
from typing import Any

from django import template

from cms.admin import translating
from cms.translations import rights

register = template.Library()


@register.inclusion_tag("wagtailadmin/mendwell/translation.html", takes_context=True)
def translation_panel(context: Any) -> dict[str, Any]:
    """How far the translation of this screen is, and what the person can do next."""
    request = context["request"]
    return {**translating.panel(context["translation"], context["instance"], request.user), "request": request}


@register.simple_tag(takes_context=True)
def open_doors(context: Any) -> str:
    """What wagtail-localize's script is told, without the ways that are shut (cms/admin/translating.py)."""
    told = json.loads(context["props"])
    told["links"]["convertToAliasUrl"] = None
    if not context["request"].user.has_perm(rights.SUBMIT):
        told["links"]["stopTranslationUrl"] = None
    return json.dumps(told)
