"""Telephone numbers on pages."""

from typing import Any

from django import template

from notifications.contacts import dialled_phone, readable_phone

register = template.Library()


@register.filter
def telephone(phone: Any) -> str:
    """The number as people read it: +44 20 7946 0018."""
    return readable_phone(str(phone or ""))


@register.filter
def dialled(phone: Any) -> str:
    """The number for a tel: link: +442079460018."""
    return dialled_phone(str(phone or ""))
