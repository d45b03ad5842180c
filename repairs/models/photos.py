"""Pictures of what is repaired: sent by customers before the visit, taken by staff at the bench."""

import uuid
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.masked_fields import MaskedCharField


def private_storage() -> Any:
    """Where pictures lie: no web address leads there, every one is handed out by a view that asks who is looking."""
    return storages["private"]


class Photo(models.Model):
    """One picture, already turned upright, made small and freed of all it knew about place and camera.

    Until a job exists it hangs on a batch: the key of the thing in a booking that is still being made.
    """

    class Category(models.TextChoices):
        DAMAGE = "damage", _("Damage")
        PROGRESS = "progress", _("Progress")
        COMPLETED = "completed", _("Completed")

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.CharField(max_length=64, blank=True, db_index=True)
    job = models.ForeignKey("repairs.Job", models.CASCADE, null=True, blank=True, related_name="photos")
    category = models.CharField(_("category"), max_length=10, choices=Category, default=Category.DAMAGE)
    caption = MaskedCharField(_("caption"), max_length=200, blank=True)
    image = models.FileField(storage=private_storage, max_length=200)
    thumbnail = models.FileField(storage=private_storage, max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text=_("Bytes of the picture as it was sent; the limits count these."))
    public = models.BooleanField(_("the customer sees it"), default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(job__isnull=False) | ~models.Q(batch=""), name="photo_belongs_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)
