"""A case that staff had to look at, and have: who did, when, and what they found."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.masked_fields import MaskedCharField


class Handled(models.Model):
    """What a row carries that may need a person. Empty until somebody says that it is done with."""

    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    handled_note = MaskedCharField(max_length=300, blank=True, help_text=_("What was found and done; for colleagues."))

    class Meta:
        abstract = True
