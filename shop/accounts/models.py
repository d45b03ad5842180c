"""People who log in. They do so by e-mail; what they may do comes from groups."""

from django.utils.translation import gettext_lazy as _
from oscar.apps.customer.abstract_models import AbstractUser

from notifications.masked_fields import MaskedCharField


class User(AbstractUser):
    """A person with a log-in: a customer, or staff by group."""

    first_name = MaskedCharField(_("First name"), max_length=255, blank=True)
    last_name = MaskedCharField(_("Last name"), max_length=255, blank=True)
