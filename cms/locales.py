"""The language that words are written in first."""

from wagtail.models import Locale


def default_locale() -> Locale:
    """The row of the default language; rows that money hangs on are written in it."""
    return Locale.get_default()
