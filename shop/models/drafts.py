"""A booking that is still being made: everything said so far, kept on the server under its own link."""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.masked_fields import MaskedJSONField, MaskedTextField

MOVED = "moved"  # in `unsent` of a draft whose things went into another one: the key of that one


class Drafts(models.Manager["Draft"]):
    """Drafts, and what becomes of them when Oscar merges baskets at a log-in."""

    def follow(self, *, source: Any, to: Any) -> None:
        """The draft of basket `source` goes on with basket `to`; the draft `to` had is read through it from now on."""
        coming = self.filter(basket=source).first()
        if coming is None:
            return
        there = self.filter(basket=to).first()
        if there is not None:
            there.items.update(draft=coming)
            coming.details = coming.details or there.details
            there.basket, there.details, there.unsent = None, {}, {MOVED: coming.pk}
            there.save(update_fields=["basket", "details", "unsent"])
        coming.basket = to
        coming.save(update_fields=["basket", "details"])


class Draft(models.Model):
    """One customer's unfinished booking. Whoever has its link can go on with it, on any device.

    The basket holds the frozen prices; this row and its items hold the answers they were made from, and what was
    typed but not yet sent.
    """

    site = models.ForeignKey("wagtailcore.Site", models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, help_text=_("SHA-256 of the token in the link."))
    basket = models.OneToOneField(
        "basket.Basket", models.SET_NULL, null=True, blank=True, related_name="draft", help_text=_("Its prices.")
    )
    currency = models.CharField(max_length=3, blank=True, help_text=_("Of its prices; empty: the shop's own."))
    urgency = models.CharField(max_length=20, default="standard")
    service_type = models.CharField(max_length=20, default="in_store")
    reached = models.CharField(max_length=12, default="device", help_text=_("The furthest step so far."))
    details = MaskedJSONField(default=dict, blank=True, help_text=_("Name, e-mail, telephone, address, notes."))
    unsent = MaskedJSONField(default=dict, blank=True, help_text=_("What was typed on each step and not yet sent."))
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    objects = Drafts()

    def __str__(self) -> str:
        return f"{self.pk} at {self.reached}"


class DraftItem(models.Model):
    """One thing to be repaired within a draft, with everything that is to be done to it."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="items")
    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text=_("Its photos and its quotes carry it."))
    device = models.ForeignKey("cms.Subject", models.CASCADE, null=True, blank=True, related_name="+")
    thing = MaskedJSONField(default=dict, blank=True)
    repair_types = models.ManyToManyField("cms.RepairType", blank=True, related_name="+")
    part_grades = models.JSONField(default=dict, blank=True, help_text=_("Id of a repair: the grade of part chosen."))
    add_ons = models.ManyToManyField("shop.AddOn", blank=True, related_name="+")
    condition = models.CharField(max_length=20, default="good")
    problem = MaskedTextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.key)
