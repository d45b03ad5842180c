"""Ways to pay, as staff read them."""

from django.utils.translation import gettext as _

from shop.payments import providers


def of_way(provider: str) -> str:
    """A provider's name in words; our own doing when there is none."""
    if not provider:
        return _("The shop")
    words = providers.words_of(provider)
    return str(words.staff) if words else provider
