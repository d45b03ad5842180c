"""Words for the pages about one's own log-in."""

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django import template
from django.utils.translation import gettext as _

register = template.Library()
# What a user agent says of itself; the first that fits, so the more particular stand first.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
           ("CrOS", "Chromebook"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


@register.filter
def device_name(user_agent: str) -> str:
    """What a person calls the browser: "Firefox on Windows". An app or a script: its own first word."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or user_agent.partition("/")[0][:40] or _("An unknown device")


@register.filter
def is_handheld(user_agent: str) -> bool:
    """Whether the browser is a telephone's or a tablet's."""
    return any(mark in user_agent for mark in ("iPhone", "iPad", "Android", "Mobile"))


@register.filter
def present_first(sessions: Iterable[UserSession]) -> list[UserSession]:
    """The places where somebody is logged in: the one they look from first, then the newest."""
    newest = sorted(sessions, key=lambda one: one.created_at, reverse=True)
    return sorted(newest, key=lambda one: not one.is_current())
