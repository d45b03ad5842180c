"""What a client already asked for, so that asking twice does it once."""

from django.db import models

from notifications.masked_fields import MaskedJSONField


class IdempotencyRow(models.Model):
    """One write with an Idempotency-Key: who asked, with which body, and what was answered. Kept 24 hours."""

    caller = models.CharField(
        max_length=64,
        help_text="SHA-256 of who asks: session, basket token or address.",
    )
    key = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = MaskedJSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key")]
        indexes = [models.Index(fields=["created_at"])]

    def __str__(self) -> str:
        return self.key
