"""Ways to pay, as staff read them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WAYS = {"in_store": gettext_lazy("At the counter"), "demo": gettext_lazy("Demo bank")}


def of_way(provider: str) -> str:
    """A provider's name in words; our own doing when there is none."""
    return str(WAYS.get(provider, provider)) if provider else _("The shop")
